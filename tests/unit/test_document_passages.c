/* services/document/passage/: tables of rules, and whole documents (tests/corpus/passages/, made by us after real
 * ones). A line of a corpus file is the address of the passage that begins there, " | ", and the line as a document has
 * it; a form feed begins the next page. */
#include "test.h"

#include "common/base/array.h"
#include "services/document/passage/heading.h"
#include "services/document/passage/passage.h"
#include "services/document/passage/passage_view.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- tables ------------------------------------------------------------------------------------------------------- */

enum { LINES_MOST = 12 };
struct divided {
    const char *lines[LINES_MOST];
    const char *addresses; /* of its passages, but what stands before the first */
};

static char *addresses_of(TALLOC_CTX *ctx, const char *const *texts)
{
    struct passage_line lines[LINES_MOST];
    size_t n = 0, n_passages;
    for (; n < LINES_MOST && texts[n]; n++)
        lines[n] = (struct passage_line){texts[n], 0};
    const struct passage *passages = passage_divide(ctx, lines, n, &n_passages);
    char *said = mem_text(ctx, "");
    for (size_t i = 0; i < n_passages; i++)
        if (strcmp(passages[i].address, "mo-dau") != 0)
            said = mem_append(said, "%s%s%s", *said ? " " : "", passages[i].address,
                              passages[i].is_doubtful ? "?" : "");
    return said;
}

static void assert_divided(const struct divided *cases, size_t n)
{
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < n; i++)
        assert_string_equal(addresses_of(ctx, cases[i].lines), cases[i].addresses);
    mem_free(ctx);
}

static void test_a_heading_is_the_next_of_its_kind(void **state)
{
    (void)state;
    static const struct divided CASES[] = {
        {{"Điều 1. Phạm vi", "1. Một", "2. Hai", "15. Tháng 12", "3. Ba"},
         "dieu-1 dieu-1.khoan-1 dieu-1.khoan-2 dieu-1.khoan-3"},
        {{"Điều 1. Phạm vi", "theo", "Điều 4 Quy chế này", "Điều 2. Đối tượng"}, "dieu-1 dieu-2"},
        {{"Điều 1. Phạm vi", "a) một", "b) hai", "c) ba", "d) bốn", "đ) năm", "e) sáu", "g) bảy"},
         "dieu-1 dieu-1.diem-a dieu-1.diem-b dieu-1.diem-c dieu-1.diem-d dieu-1.diem-dd dieu-1.diem-e dieu-1.diem-g"},
        {{"Điều 1. Phạm vi", "a) một", "b) hai", "c) ba", "d) bốn", "e) năm", "f) sáu", "g) bảy"},
         "dieu-1 dieu-1.diem-a dieu-1.diem-b dieu-1.diem-c dieu-1.diem-d dieu-1.diem-e dieu-1.diem-f dieu-1.diem-g"},
        {{"Điều 1. Phạm vi", "a) một", "c) ba"}, "dieu-1 dieu-1.diem-a"},
        {{"b) hai", "2. Hai", "II. Hai", "Điều 2. Hai", "Chương III", "1.1. Một"}, ""},
        {{"I. MỘT", "1. Một", "C. Mác viết", "V.I. Lênin viết", "2. Hai", "II. HAI"},
         "muc-i muc-i.khoan-1 muc-i.khoan-2 muc-ii"},
        {{"1. Một", "1.1. Một một", "1.1.1. Một một một", "1.2. Một hai", "2. Hai", "1.3. Một ba", "2.1. Hai một"},
         "khoan-1 khoan-1.diem-1-1 khoan-1.diem-1-1.diem-1-1-1 khoan-1.diem-1-2 khoan-2 khoan-2.diem-2-1"},
        {{"Chương I", "Điều 1. Một", "Chương II", "Điều 2. Hai", "1. Một", "Chương III", "1. Một"},
         "chuong-1 dieu-1 chuong-2 dieu-2 dieu-2.khoan-1 chuong-3"},
        {{"ĐIỀU 1. MỘT", "\xc3\x90iều 2. Hai", "điều 3. ba", "Điều 3.Ba"}, "dieu-1 dieu-2 dieu-3"},
    };
    assert_divided(CASES, ARRAY_LENGTH(CASES));
}

static void test_what_is_quoted_has_no_headings(void **state)
{
    (void)state;
    static const struct divided CASES[] = {
        {{"Điều 1. Sửa đổi", "1. Sửa khoản 2:", "“2. Hai", "3. Ba”", "2. Sửa khoản 5:"},
         "dieu-1 dieu-1.khoan-1 dieu-1.khoan-2"},
        {{"Điều 1. Sửa đổi", "\"Điều 2. Hai", "Điều 3. Ba\"", "Điều 2. Thi hành"}, "dieu-1 dieu-2"},
        {{"Điều 1. Sửa “một từ” đổi", "1. Một", "Điều 2. “Chưa đóng", "1. Một", "Điều 3. Ba"},
         "dieu-1 dieu-1.khoan-1 dieu-2 dieu-2.khoan-1 dieu-3"},
        {{"Điều 1. Ống \"5 inch", "1. Một", "2. Từ \"hai\" này", "3. Ba"},
         "dieu-1 dieu-1.khoan-1 dieu-1.khoan-2 dieu-1.khoan-3"},
    };
    assert_divided(CASES, ARRAY_LENGTH(CASES));
}

static void test_who_signs_ends_the_text_and_an_annex_begins_another(void **state)
{
    (void)state;
    static const struct divided CASES[] = {
        {{"Điều 1. Một", "Nơi nhận:", "1. Thành ủy", "Điều 2. Hai"}, "dieu-1"},
        {{"Điều 1. Một", "T/M BAN THƯỜNG VỤ", "2. Nguyễn A"}, "dieu-1"},
        {{"1. Một", "PHỤ LỤC", "1. Một", "PHỤ LỤC II", "1. Một"},
         "khoan-1 phu-luc-1 phu-luc-1.khoan-1 phu-luc-2 phu-luc-2.khoan-1"},
        {{"Điều 1. Một", "(theo", "Phụ lục 1 kèm theo)", "Điều 2. Hai"}, "dieu-1 dieu-2"},
        {{"Điều 1. Một", "Nơi nhận: lưu", "QUY ĐỊNH", "Điều 1. Một"}, "dieu-1 quy-dinh quy-dinh.dieu-1"},
        {{"QUY ĐỊNH", "Điều 1. Một", "QUY CHẾ", "Điều 2. Hai"}, "dieu-1 dieu-2"},
    };
    assert_divided(CASES, ARRAY_LENGTH(CASES));
}

static void test_what_cannot_be_right_is_doubtful(void **state)
{
    (void)state;
    static const struct divided CASES[] = {
        {{"Điều 1. Một", "1. Một", "2. Hai", "2. Lại hai", "3. Ba"},
         "dieu-1 dieu-1.khoan-1 dieu-1.khoan-2 dieu-1.khoan-2-lan-2? dieu-1.khoan-3"},
        {{"Điều 1. Một", "1. Một", "Điều 2. Hai", "1. Một", "Điều 2. Lại hai", "1. Một", "a) một", "Điều 3. Ba",
          "1. Một"},
         "dieu-1 dieu-1.khoan-1 dieu-2 dieu-2.khoan-1 dieu-2-lan-2? dieu-2-lan-2.khoan-1 dieu-2-lan-2.khoan-1.diem-a"
         " dieu-3 dieu-3.khoan-1"},
        {{"Điều 1. Một", "1. Một", "2. Hai", "a) một", "2. Lại hai", "a) một", "2. Nữa", "a) một", "3. Ba"},
         "dieu-1 dieu-1.khoan-1 dieu-1.khoan-2 dieu-1.khoan-2.diem-a dieu-1.khoan-2-lan-2?"
         " dieu-1.khoan-2-lan-2.diem-a dieu-1.khoan-2-lan-3? dieu-1.khoan-2-lan-3.diem-a dieu-1.khoan-3"},
        {{"1. Một", "PHỤ LỤC I", "1. Một", "PHỤ LỤC I", "1. Một"},
         "khoan-1 phu-luc-1 phu-luc-1.khoan-1 phu-luc-1-lan-2? phu-luc-1-lan-2.khoan-1"},
        {{"Điều 1. Một", "Điều 3. Ba", "Điều 9. Chín"}, "dieu-1 dieu-3?"},
        {{"Điều 1. Một", "Điều 2. Hai", "Điều 2a. Hai a", "Điều 3. Ba"}, "dieu-1 dieu-2 dieu-2a dieu-3"},
    };
    assert_divided(CASES, ARRAY_LENGTH(CASES));
}

/* Whatever somebody writes: two passages with one address are a document that nothing takes. */
static void test_every_passage_has_an_address_of_its_own(void **state)
{
    (void)state;
    static const struct divided CASES[] = {
        {{"Điều 1. A", "Điều 2. B", "Điều 2. C", "1. D", "2. E", "2. F", "Điều 2a. G", "Điều 2. H", "1. I", "2. K"},
         "dieu-1 dieu-2 dieu-2-lan-2? dieu-2-lan-2.khoan-1 dieu-2-lan-2.khoan-2 dieu-2-lan-2.khoan-2-lan-2? dieu-2a"
         " dieu-2-lan-2-lan-2? dieu-2-lan-2.khoan-1-lan-2? dieu-2-lan-2.khoan-2-lan-3?"},
        {{"I. X", "1. A", "2. B", "2. C", "Mục I. Y", "1. D", "2. E"},
         "muc-i muc-i.khoan-1 muc-i.khoan-2 muc-i.khoan-2-lan-2? muc-i-lan-2? muc-i.khoan-1-lan-2?"
         " muc-i.khoan-2-lan-3?"},
    };
    assert_divided(CASES, ARRAY_LENGTH(CASES));
}

static void test_a_passage_is_cited_from_the_narrow_to_the_wide(void **state)
{
    (void)state;
    static const struct {
        const char *lines[LINES_MOST];
        const char *label; /* of the last */
    } CASES[] = {
        {{"Chương I", "Điều 1. Một", "1. Một", "a) một", "b) hai", "c) ba", "d) bốn", "đ) năm"},
         "điểm đ khoản 1 Điều 1"},
        {{"I. MỘT", "1. Một", "1.1. Một", "a) một"}, "điểm a điểm 1.1 mục I"},
        {{"PHẦN THỨ NHẤT", "Chương I", "Mục 1"}, "Mục 1 Chương I Phần 1"},
        {{"A. MỘT", "I- MỘT", "II- HAI"}, "mục II phần A"},
        {{"Nơi nhận:", "QUY CHẾ", "Điều 1. Một", "1. Một"}, "khoản 1 Điều 1 Quy chế kèm theo"},
        {{"Điều 1. Một", "Điều 2. Hai", "Điều 2. Lại hai", "1. Một"}, "khoản 1 Điều 2 (lần 2)"},
        {{"Mở đầu", "PHỤ LỤC 1"}, "Phụ lục 1"},
        {{"Căn cứ Điều lệ Đảng"}, "phần mở đầu"},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct passage_line lines[LINES_MOST];
        size_t n = 0, n_passages;
        for (; CASES[i].lines[n]; n++)
            lines[n] = (struct passage_line){CASES[i].lines[n], 0};
        const struct passage *passages = passage_divide(ctx, lines, n, &n_passages);
        assert_string_equal(passages[n_passages - 1].label, CASES[i].label);
    }
    mem_free(ctx);
}

static void test_lines_of_a_paragraph_become_one(void **state)
{
    (void)state;
    static const struct passage_line LINES[] = {
        {"Căn cứ", 1}, {"Điều 1. Phạm vi", 1}, {"  của quy định ", 1}, {"này.", 1},
        {"1", 1},      {"Câu khác", 2},        {"- Gạch một", 2},      {"tiếp theo", 2},
        {"", 2},       {"- 2 -", 2},           {"1. Khoản một", 3},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    size_t n;
    const struct passage *passages = passage_divide(ctx, LINES, ARRAY_LENGTH(LINES), &n);
    assert_int_equal(n, 3);
    assert_string_equal(passages[0].text, "Căn cứ");
    assert_string_equal(passages[1].text, "Điều 1. Phạm vi của quy định này.\nCâu khác\n- Gạch một tiếp theo");
    assert_int_equal(passages[1].page, 1);
    assert_int_equal(passages[2].page, 3);
    assert_int_equal(passages[2].line, 10);
    mem_free(ctx);
}

static void test_a_text_that_is_too_long_is_cut_between_letters(void **state)
{
    (void)state;
    static const struct {
        const char *texts[3];
        size_t most;
        bool goes_on;
        const char *whole;
    } CASES[] = {
        {{"Điều 1", "khoản"}, 100, false, "Điều 1\nkhoản"},
        {{"Điều 1", "khoản"}, 100, true, "Điều 1\nkhoản\n…"},
        {{"ab", "cd", "ef"}, 8, false, "ab\ncd\nef"},
        {{"ab", "cd", "ef"}, 7, false, "ab\ncd\ne\n…"},
        {{"aỏb", "cd"}, 3, false, "a\n…"}, /* ỏ has three bytes */
        {{"aỏb"}, 4, false, "aỏ\n…"},
        {{"ỏ"}, 2, false, "\n…"},
        {{""}, 4, false, ""},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        size_t n = 0;
        while (n < ARRAY_LENGTH(CASES[i].texts) && CASES[i].texts[n])
            n++;
        assert_string_equal(passage_view_text(ctx, CASES[i].texts, n, CASES[i].most, CASES[i].goes_on), CASES[i].whole);
    }
    mem_free(ctx);
}

static void test_any_bytes_are_divided(void **state)
{
    (void)state;
    static const struct passage_line LINES[] = {
        {"\xff\xfe", 1}, {"Điều \xf0\x90", 1}, {"“", 1}, {"””\"", 1}, {"I", 1}, {"1.", 1}, {"a)", 1},
        {"", 0},         {"99999999999.", 2}};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    size_t n;
    (void)passage_divide(ctx, LINES, ARRAY_LENGTH(LINES), &n);
    (void)passage_divide(ctx, LINES, 0, &n);
    assert_int_equal(n, 0);
    mem_free(ctx);
}

/* Whatever somebody writes: each line once more looked at for all before it would be hours. */
static void test_a_text_of_nothing_but_annexes_is_divided_at_once(void **state)
{
    (void)state;
    enum { LINES = 200000 };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct passage_line *lines = mem_array(ctx, struct passage_line, LINES);
    for (size_t i = 0; i < LINES; i++)
        lines[i] = (struct passage_line){"PHỤ LỤC 1", 0};
    size_t n;
    const struct passage *passages = passage_divide(ctx, lines, LINES, &n);
    assert_int_equal(n, LINES);
    assert_string_equal(passages[LINES - 1].address, "phu-luc-1-lan-200000");
    mem_free(ctx);
}

/* --- documents ---------------------------------------------------------------------------------------------------- */

enum { BYTES_MOST = 1 << 16, TOO_FEW_PERCENT = 95 };

struct score {
    int expected, right, wrong;
};

struct sample {
    ARRAY(struct passage_line) lines;
    ARRAY(const char *) addresses; /* of the passage that begins there, or "" */
};

static struct sample read_sample(TALLOC_CTX *ctx, const char *path)
{
    struct sample sample = {.lines = {0}};
    char *rest = mem_array(ctx, char, BYTES_MOST + 1), *line;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(rest, 1, BYTES_MOST, file) < BYTES_MOST);
    (void)fclose(file);
    for (int32_t page = 1; (line = strsep(&rest, "\n")) != NULL;) {
        char *text = strstr(line, "| ");
        page += strchr(line, '\f') != NULL;
        if (!text)
            continue;
        array_add(ctx, &sample.lines, (struct passage_line){text + 2, page});
        array_add(ctx, &sample.addresses, mem_textn(ctx, line, text > line ? (size_t)(text - line - 1) : 0));
    }
    return sample;
}

static void compare(TALLOC_CTX *ctx, const char *name, const struct sample *sample, struct score *score)
{
    size_t n;
    const struct passage *passages = passage_divide(ctx, sample->lines.items, sample->lines.n, &n);
    const char **found = mem_array(ctx, const char *, sample->lines.n + 1);
    for (size_t i = 0; i < n; i++)
        if (strcmp(passages[i].address, "mo-dau") != 0)
            found[passages[i].line] = passages[i].address;
    for (size_t i = 0; i < sample->lines.n; i++) {
        const char *wanted = sample->addresses.items[i], *is = found[i] ? found[i] : "";
        bool fits = strcmp(wanted, is) == 0;
        score->expected += *wanted != '\0';
        score->right += *wanted && fits;
        score->wrong += *is && !fits;
        if (!fits)
            print_message("%s:%zu: '%s' is '%s'\n", name, i + 1, wanted, is);
    }
}

static void test_documents_are_divided_where_one_cites_them(void **state)
{
    (void)state;
    const char *folder = getenv("SOTAY_CORPUS") ? getenv("SOTAY_CORPUS") : "tests/corpus";
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct score score = {0};
    struct dirent **names;
    char *passages = mem_printf(ctx, "%s/passages", folder);
    int n = scandir(passages, &names, NULL, alphasort), documents = 0;
    for (int i = 0; i < n; i++) {
        if (strstr(names[i]->d_name, ".txt")) {
            struct sample sample = read_sample(ctx, mem_printf(ctx, "%s/%s", passages, names[i]->d_name));
            compare(ctx, names[i]->d_name, &sample, &score);
            documents++;
        }
        free(names[i]);
    }
    if (n >= 0)
        free(names);
    print_message("%d documents: %d of %d passages, %d wrong\n", documents, score.right, score.expected, score.wrong);
    assert_true(documents > 0);
    assert_true(score.right * 100 >= score.expected * TOO_FEW_PERCENT);
    assert_true(score.wrong * 100 <= score.expected * (100 - TOO_FEW_PERCENT));
    mem_free(ctx);
}

static void test_rows_and_footnotes_are_no_headings(void **state)
{
    (void)state;
    static const struct passage_line LINES[] = {
        {"Điều 1. Phạm vi", 1, LINE_OF_TEXT},
        {"1. Theo quy định của", 1, LINE_OF_TEXT},
        {"1 Nghị quyết số 05-NQ/TW, “mở", 1, LINE_OF_NOTE},
        {"2. Quy định số 24", 1, LINE_OF_NOTE},
        {"1", 1, LINE_OF_TEXT},
        {"Trung ương", 2, LINE_OF_TEXT},
        {"2. Danh sách", 2, LINE_OF_TEXT},
        {"STT | Tên", 2, LINE_OF_TABLE},
        {"3. | Chi bộ A", 2, LINE_OF_TABLE},
        {"cuối bảng", 2, LINE_OF_TEXT},
        {"3. Hết", 2, LINE_OF_TEXT},
        {"Nơi nhận: - Như trên | T/M BAN THƯỜNG VỤ", 2, LINE_OF_TABLE},
        {"4. Không còn", 2, LINE_OF_TEXT},
    };
    static const char *const TEXTS[] = {
        "Điều 1. Phạm vi",
        "1. Theo quy định của Trung ương\n1 Nghị quyết số 05-NQ/TW, “mở 2. Quy định số 24",
        "2. Danh sách\nSTT | Tên\n3. | Chi bộ A\ncuối bảng",
        "3. Hết",
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    size_t n;
    const struct passage *passages = passage_divide(ctx, LINES, ARRAY_LENGTH(LINES), &n);
    assert_int_equal(n, ARRAY_LENGTH(TEXTS));
    for (size_t i = 0; i < n; i++)
        assert_string_equal(passages[i].text, TEXTS[i]);
    mem_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_heading_is_the_next_of_its_kind),
        cmocka_unit_test(test_what_is_quoted_has_no_headings),
        cmocka_unit_test(test_who_signs_ends_the_text_and_an_annex_begins_another),
        cmocka_unit_test(test_what_cannot_be_right_is_doubtful),
        cmocka_unit_test(test_every_passage_has_an_address_of_its_own),
        cmocka_unit_test(test_a_passage_is_cited_from_the_narrow_to_the_wide),
        cmocka_unit_test(test_lines_of_a_paragraph_become_one),
        cmocka_unit_test(test_a_text_that_is_too_long_is_cut_between_letters),
        cmocka_unit_test(test_any_bytes_are_divided),
        cmocka_unit_test(test_a_text_of_nothing_but_annexes_is_divided_at_once),
        cmocka_unit_test(test_documents_are_divided_where_one_cites_them),
        cmocka_unit_test(test_rows_and_footnotes_are_no_headings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
