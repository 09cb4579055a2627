/* common/base/name_order.h; that its order is the one of ICU's Vietnamese collation: tests/store/test_auth_names.c */
#include "test.h"

#include "common/base/array.h"
#include "common/base/name_order.h"

static int order(TALLOC_CTX *ctx, const char *a, const char *b)
{
    return strcmp(name_order_key(ctx, a), name_order_key(ctx, b));
}

/* Each before all that follow it: by the given name before the rest; tones after letters, in the order none, huyền,
 * hỏi, ngã, sắc, nặng; ă after every a, â after it, đ after d; a tone is the syllable's, wherever it is written. */
static const char *const IN_ORDER[] = {
    "Nguyễn Văn A", "Bùi Thị An", "Đỗ An",  "Nguyễn An", "Nguyễn Thị An", "Nguyễn Văn An", "Bùi Àn", "Bùi Ản",
    "Bùi Ãn",       "Bùi Án",     "Bùi Ạn", "Lê Anh",    "Lê Ánh",        "Lê Ăn",         "Lê Ân",  "Lê Ấn",
    "Lê Bình",      "Lê Dương",   "Lê Đan", "Lê Em",     "Lê Êm",         "Lê Hòa",        "Ôn Hoà", "Lê Oanh",
    "Lê Ôn",        "Lê Ơn",      "Lê Tu",  "Lê Tư",     "Lê Tứ",         "Lê Xuân",       "Lê Yến", "Lê Ý Yến",
};

static void test_names_stand_in_the_order_of_the_given_name_then_the_rest(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(IN_ORDER); i++)
        for (size_t j = i + 1; j < ARRAY_LENGTH(IN_ORDER); j++)
            if (order(ctx, IN_ORDER[i], IN_ORDER[j]) >= 0)
                fail_msg("%s before %s", IN_ORDER[i], IN_ORDER[j]);
    mem_free(ctx);
}

static void test_one_name_has_one_key_however_it_is_written(void **state)
{
    (void)state;
    static const char *const SAME[][2] = {
        {"Nguyễn Văn Ấn", "nguyễn VĂN ấn"},      /* capitals */
        {"Nguyễn Văn Ấn", "  Nguyễn   Văn Ấn "}, /* blanks */
        {"Lê Ậu", "Lê A\xcc\xa3\xcc\x82u"},      /* apart, the tone first */
        {"Lê Ậu", "Lê A\xcc\x82\xcc\xa3u"},      /* and last */
        {"Đỗ Hòa", "\xc3\x90ỗ Hoà"},             /* Eth is what some keyboards write for Đ */
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(SAME); i++)
        if (order(ctx, SAME[i][0], SAME[i][1]) != 0)
            fail_msg("%s is %s", SAME[i][0], SAME[i][1]);
    mem_free(ctx);
}

static void test_every_text_has_a_key(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {"", " ", "Y", "K'Brêu", "\xff\xfe", "\xcc\x81", "李 明", "Hồ 2"};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(TEXTS); i++) {
        const char *key = name_order_key(ctx, TEXTS[i]);
        assert_true(strlen(key) >= 5);
        assert_null(strpbrk(key, "\n\t\\"));
    }
    mem_free(ctx);
}

static void test_what_is_searched_has_no_blanks_and_no_capitals(void **state)
{
    (void)state;
    static const char *const CASES[][3] = {
        {"  Nguyễn   Thị Đào ", "nguyenthidao", "nguyễnthịđào"},
        {"ĐỖ ƯỚC", "douoc", "đỗước"},
        {"A\xcc\xa3\xcc\x82u", "au", "ậu"},
        {"K'Brêu 50%_\\", "k'breu50%_\\", "k'brêu50%_\\"},
        {"   ", "", ""},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        assert_string_equal(name_order_fold(ctx, CASES[i][0]), CASES[i][1]);
        assert_string_equal(name_order_small(ctx, CASES[i][0]), CASES[i][2]);
    }
    mem_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_stand_in_the_order_of_the_given_name_then_the_rest),
        cmocka_unit_test(test_one_name_has_one_key_however_it_is_written),
        cmocka_unit_test(test_every_text_has_a_key),
        cmocka_unit_test(test_what_is_searched_has_no_blanks_and_no_capitals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
