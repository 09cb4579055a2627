/* services/document/passage/words.h: what is one word, and where it stands. */
#include "test.h"

#include "common/base/array.h"
#include "services/document/passage/words.h"
#include <string.h>

static char *vector_of(TALLOC_CTX *ctx, const char *text)
{
    return words_vector(ctx, text);
}

static char *query_of(TALLOC_CTX *ctx, const char *question)
{
    size_t n;
    const struct word *words = words_read(ctx, question, WORDS_ASKED_MOST, &n);
    return words_query(ctx, words, n);
}

static void test_a_word_is_found_with_its_accents_and_without(void **state)
{
    (void)state;
    static const char *const CASES[][2] = {
        {"Kinh tế", "'kinh':1 'te':2 '~tee2':2 "},
        {"TẬP THỂ", "'tap':1 '~taap5':1 'the':2 '~thee4':2 "},
        {"Đảng ủy", "'dang':1 '~ddang4':1 'uy':2 '~uy4':2 "},
        {"\xc3\x90ảng", "'dang':1 '~ddang4':1 "},
        {"ước, lửa.", "'uoc':1 '~uwowc2':1 'lua':2 '~luwa4':2 "},
        {"05-NQ/TU", "'05':1 'nq':2 'tu':3 "},
        {"3.500 đồng", "'3':1 '500':2 'dong':3 '~ddoong1':3 "},
        {"  ", ""},
        {"' \\ : &!|", ""},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++)
        assert_string_equal(vector_of(ctx, CASES[i][0]), CASES[i][1]);
    mem_free(ctx);
}

static void test_one_word_is_written_in_several_ways(void **state)
{
    (void)state;
    static const char *const SAME[][2] = {
        {"hòa", "hoà"}, {"thúy", "thuý"}, {"quý", "quí"}, {"kỹ", "kĩ"},
        {"LÝ", "lí"},   {"khoẻ", "khỏe"}, {"tuỳ", "tùy"}, {"Kinh tế", "KINH TE\xcc\x82\xcc\x81"}};
    static const char *const NOT_SAME[][2] = {{"thuy", "thui"}, {"tay", "tai"}, {"da", "đa"}, {"ma", "má"}, {"y", "i"}};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(SAME); i++)
        assert_string_equal(vector_of(ctx, SAME[i][0]), vector_of(ctx, SAME[i][1]));
    for (size_t i = 0; i < ARRAY_LENGTH(NOT_SAME); i++)
        assert_string_not_equal(vector_of(ctx, NOT_SAME[i][0]), vector_of(ctx, NOT_SAME[i][1]));
    mem_free(ctx);
}

static void test_a_question_wants_all_its_words_as_they_were_typed(void **state)
{
    (void)state;
    static const char *const CASES[][2] = {
        {"kinh tế tap the", "'kinh' & '~tee2' & 'tap' & 'the'"},
        {"\"tập thể\" nông", "'~taap5' <-> '~thee4' & '~noong'"},
        {"số “15-NQ”, 2 \"a b", "'~soo2' & '15' <-> 'nq' & '2' & 'a' <-> 'b'"},
        {"05-NQ/ĐU", "'05' <-> 'nq' <-> '~ddu'"},
        {"a", "'a'"},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++)
        assert_string_equal(query_of(ctx, CASES[i][0]), CASES[i][1]);
    assert_null(query_of(ctx, "<> & | ! ' \""));
    mem_free(ctx);
}

static void test_other_forms_may_stand_in_a_words_place(void **state)
{
    (void)state;
    static const char *const FORMS[] = {"te", "to"};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    size_t n;
    const struct word *words = words_read(ctx, "05-tee tập", WORDS_ASKED_MOST, &n);
    assert_string_equal(words_query_either(ctx, words, n, 1, FORMS, 2), "'05' <-> ('te' | 'to') & '~taap5'");
    assert_string_equal(words_query_either(ctx, words, n, 1, FORMS, 1), "'05' <-> ('te') & '~taap5'");
    assert_string_equal(words_query_either(ctx, words, n, n, NULL, 0), words_query(ctx, words, n));
    mem_free(ctx);
}

static void test_what_was_asked_for_is_highlighted_in_utf16(void **state)
{
    (void)state;
    static const struct {
        const char *question, *text, *ranges;
    } CASES[] = {
        {"kinh te", "Phát triển kinh tế, và kinh tế", "11-18 23-30 "},
        {"kinh tế", "kinh te kinh tế", "0-4 8-15 "},
        {"b", "\xf0\x9f\x98\x80 b", "3-4 "},
        {"te", "te\xcc\x82\xcc\x81 x", "0-4 "},
        {"x", "không có", ""},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        size_t n_words, n;
        const struct word *words = words_read(ctx, CASES[i].question, WORDS_ASKED_MOST, &n_words);
        const struct words_range *ranges = words_highlight(ctx, CASES[i].text, words, n_words, 9, &n);
        char *said = mem_text(ctx, "");
        for (size_t j = 0; j < n; j++)
            said = mem_append(said, "%u-%u ", ranges[j].start, ranges[j].end);
        assert_string_equal(said, CASES[i].ranges);
    }
    mem_free(ctx);
}

static void test_any_bytes_have_words(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    char *long_word = mem_text(ctx, "");
    for (int i = 0; i < 100; i++)
        long_word = mem_append(long_word, "ường");
    assert_true(strlen(vector_of(ctx, long_word)) < 4 * WORD_BYTES_MOST);
    assert_string_equal(vector_of(ctx, "\xff\xfe a \xcc\x81"), "'a':1 ");
    assert_string_equal(vector_of(ctx, ""), "");
    mem_free(ctx);
}

/* A file whose words are as long as words are, in one passage. */
static void test_no_text_is_more_than_a_vector_takes(void **state)
{
    (void)state;
    enum { WORDS = 12000, LETTERS = 57 };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    ARRAY(char) text = {0};
    for (int i = 0; i < WORDS; i++) {
        const char *word = mem_printf(ctx, "ê%0*d ", LETTERS, i);
        array_add_many(ctx, &text, word, strlen(word));
    }
    const char *vector = words_vector(ctx, mem_textn(ctx, text.items, text.n));
    size_t bytes = 0, n = 0;
    for (const char *at = vector; (at = strchr(at, '\'')); n++) {
        const char *end = strchr(at + 1, '\'');
        bytes += (size_t)(end - at - 1) + 5; /* with its position */
        at = end + 1;
    }
    assert_in_range(bytes, 900000, 1 << 20);
    assert_true(n > 0);
    mem_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_word_is_found_with_its_accents_and_without),
        cmocka_unit_test(test_one_word_is_written_in_several_ways),
        cmocka_unit_test(test_a_question_wants_all_its_words_as_they_were_typed),
        cmocka_unit_test(test_other_forms_may_stand_in_a_words_place),
        cmocka_unit_test(test_what_was_asked_for_is_highlighted_in_utf16),
        cmocka_unit_test(test_any_bytes_have_words),
        cmocka_unit_test(test_no_text_is_more_than_a_vector_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
