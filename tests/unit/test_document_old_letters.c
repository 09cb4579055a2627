/* services/document/extraction/old_letters.h: Vietnamese that was set in fonts of before Unicode. What TCVN3 and VNI
 * make of a text is written here as PDFs give it: in letters of Latin-1, TCVN3's ư as a hyphen. */
#include "rules.h"

#include "common/base/array.h"
#include "services/document/extraction/old_letters.h"

#include <string.h>

static const char TODAY[] = "Điều 4. Đường lối phát triển kinh tế tập thể của Đảng bộ thành phố",
                  IN_TCVN3[] = "§iÒu 4. §-êng lèi ph¸t triÓn kinh tÕ tËp thÓ cña §¶ng bé thµnh phè",
                  IN_VNI[] = "Ñieàu 4. Ñöôøng loái phaùt trieån kinh teá taäp theå cuûa Ñaûng boä thaønh phoá";

static void test_documents_are_recognised_by_what_they_say(void **state)
{
    (void)state;
    static const struct {
        const char *what, *text;
        enum old_letters expected;
    } CASES[] = {
        {"today's", TODAY, OLD_LETTERS_NONE},
        {"TCVN3", IN_TCVN3, OLD_LETTERS_TCVN3},
        {"VNI", IN_VNI, OLD_LETTERS_VNI},
        {"without accents", "Phat trien kinh te tap the", OLD_LETTERS_NONE},
        {"French", "L'été dernier, créé à l'orée d'un bois où l'on goûta naïvement le pâté français", OLD_LETTERS_NONE},
        {"German", "Die Größe der Äpfel läßt für Käufer übrigens keine Wünsche offen", OLD_LETTERS_NONE},
        {"figures", "§ 4, § 5: 100 µm ± 5 %", OLD_LETTERS_NONE},
        {"nothing", "", OLD_LETTERS_NONE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct passage_line line = {.text = CASES[i].text};
        if (old_letters_of(&line, 1) != CASES[i].expected)
            fail_msg("%s", CASES[i].what);
    }
}

static void test_old_letters_are_read_as_they_were_meant(void **state)
{
    (void)state;
    static const struct {
        enum old_letters letters;
        const char *text, *expected;
    } CASES[] = {
        {OLD_LETTERS_TCVN3, IN_TCVN3, TODAY},
        {OLD_LETTERS_VNI, IN_VNI, TODAY},
        {OLD_LETTERS_NONE, IN_VNI, IN_VNI},
        {OLD_LETTERS_TCVN3, "Ban Th-êng vô yªu cÇu nh- sau", "Ban Thường vụ yêu cầu như sau"},
        {OLD_LETTERS_TCVN3, "T- t-ëng, th- ký, -u tiªn, -íc väng", "Tư tưởng, thư ký, ưu tiên, ước vọng"},
        {OLD_LETTERS_TCVN3, "kinh tÕ-x· héi, sè 15-NQ/TW, N§-CP", "kinh tế-xã hội, số 15-NQ/TW, NĐ-CP"},
        {OLD_LETTERS_TCVN3, "I- §¸nh gi¸; C- Tæ chøc; - b¸o c¸o", "I- Đánh giá; C- Tổ chức; - báo cáo"},
        {OLD_LETTERS_TCVN3, "Th\u00ADêng trùc", "Thường trực"},
        {OLD_LETTERS_VNI, "HOÄI ÑOÀNG NHAÂN DAÂN", "HỘI ĐỒNG NHÂN DÂN"},
        {OLD_LETTERS_VNI, "nghæ, nghó, thò xaõ, kyõ, quyù, kyø, lyù", "nghỉ, nghĩ, thị xã, kỹ, quý, kỳ, lý"},
        {OLD_LETTERS_VNI, "aên, aét, baèng, aúng, aüng, aëng", "ăn, ắt, bằng, ẳng, ẵng, ặng"},
        {OLD_LETTERS_VNI, "chöùc, töø, söûa, chöõ, töï, ôû, môùi", "chức, từ, sửa, chữ, tự, ở, mới"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++)
        assert_string_equal(old_letters_read(ctx, CASES[i].letters, CASES[i].text), CASES[i].expected);
}

static void test_lines_of_today_stay(void **state)
{
    (void)state;
    struct passage_line lines[] = {{"Đảng ủy", 1}, {IN_TCVN3, 1}, {IN_TCVN3, 2}, {"", 2}, {"12", 2}};
    old_letters_mend(ctx, lines, ARRAY_LENGTH(lines));
    static const char *const EXPECTED[] = {"Đảng ủy", TODAY, TODAY, "", "12"};
    for (size_t i = 0; i < ARRAY_LENGTH(lines); i++)
        assert_string_equal(lines[i].text, EXPECTED[i]);
    assert_int_equal(lines[2].page, 2);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_documents_are_recognised_by_what_they_say),
        CASE(test_old_letters_are_read_as_they_were_meant),
        CASE(test_lines_of_today_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
