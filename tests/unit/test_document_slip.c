/* services/document/search/slip.h: what is one slip of the finger away, and a question put right. */
#include "test.h"

#include "common/base/array.h"
#include "services/document/search/slip.h"
#include <string.h>

static bool is_near(TALLOC_CTX *ctx, const char *typed, const char *other)
{
    size_t n_words, n;
    const struct word *words = words_read(ctx, typed, WORDS_ASKED_MOST, &n_words);
    const char **found = slip_spellings(ctx, words, &n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(found[i], other) == 0)
            return true;
    return false;
}

static void test_one_slip_is_a_letter_more_or_less_or_another_or_two_exchanged(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *other;
        bool is_near;
    } CASES[] = {
        {"kih", "kinh", true},   {"kinhh", "kinh", true}, {"kunh", "kinh", true},  {"iknh", "kinh", true},
        {"kihn", "kinh", true},  {"inh", "kinh", true},   {"tệ", "te", true},      {"thễ", "the", true},
        {"kin", "kinhh", false}, {"kh", "kinh", false},   {"nhik", "kinh", false}, {"ab", "ba", true},
        {"ab", "", false},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++)
        if (is_near(ctx, CASES[i].typed, CASES[i].other) != CASES[i].is_near)
            fail_msg("%s, %s", CASES[i].typed, CASES[i].other);
    mem_free(ctx);
}

static void test_numbers_and_single_letters_are_what_they_are(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        bool is_possible;
    } CASES[] = {{"kinh", true}, {"Đảng", true}, {"a", false},           {"05", false},
                 {"nq5", false}, {"ж", false},   {"abcdefghijkl", true}, {"abcdefghijklm", false}};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        size_t n;
        const struct word *words = words_read(ctx, CASES[i].typed, WORDS_ASKED_MOST, &n);
        assert_int_equal(n, 1);
        if (slip_is_possible(words) != CASES[i].is_possible)
            fail_msg("%s", CASES[i].typed);
    }
    mem_free(ctx);
}

static void test_a_question_is_put_right_as_a_passage_writes_it(void **state)
{
    (void)state;
    static const struct {
        const char *asked;
        size_t at;
        const char *text, *mended;
    } CASES[] = {
        {"kih te", 0, "Phát triển Kinh tế tập thể", "kinh te"},
        {"kinh tee tap the", 1, "KINH TẾ TẬP THỂ", "kinh tế tap the"},
        {"  \"kih tế\"! ", 0, "kinh tế", "  \"kinh tế\"! "},
        {"\xf0\x9f\x98\x80 kih", 0, "a \xf0\x9f\x98\x80 kinh", "\xf0\x9f\x98\x80 kinh"},
        {"khh te", 0, "khi nói kinh nghiệm, khoá, khn tế", "khn te"},
        {"kinh tệ", 1, "tệ, kinh tế", "kinh tế"},
        {"đãng ủy", 0, "ĐẢNG uỷ", "đảng ủy"},
        {"kih te", 0, "phát triển", NULL},
        {"a \"b c\"", 1, "a bạ xyz c, q bé c", "a \"bé c\""},
        {"a \"b c\"", 1, "a bạ xyz c, q bé", NULL},
        {"\"tap the kih te\"", 2, "kính te, the kình te, tap the kinh tế", "\"tap the kinh te\""},
        {"\"tap the kih te\"", 2, "kinh te, the kinh te", NULL},
        {"so 05-mq/du", 2, "số nq, 05-nq/tu, 05-Nq/ĐU", "so 05-nq/du"},
        {"05-mq", 1, "nq 05 và nq", NULL},
        {"kih te", 0, "", NULL},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct slip_question question = {.text = CASES[i].asked};
        question.words = words_read(ctx, CASES[i].asked, WORDS_ASKED_MOST, &question.n);
        size_t n;
        const char **forms = slip_spellings(ctx, &question.words[CASES[i].at], &n);
        const char *mended = slip_mended(ctx, &question, CASES[i].at, forms, n, CASES[i].text);
        if (CASES[i].mended)
            assert_string_equal(mended, CASES[i].mended);
        else
            assert_null(mended);
    }
    mem_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_slip_is_a_letter_more_or_less_or_another_or_two_exchanged),
        cmocka_unit_test(test_numbers_and_single_letters_are_what_they_are),
        cmocka_unit_test(test_a_question_is_put_right_as_a_passage_writes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
