/* The pure rules of services/auth/account, by table. */
#include "tests/unit/test.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/auth/account/activation.h"
#include "services/auth/account/password_rule.h"
#include "services/auth/account/throttle.h"
#include "services/auth/account/typed.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static void test_a_password_is_long_enough_and_not_what_everybody_guesses(void **state)
{
    (void)state;
    static const struct {
        const char *password;
        enum err err;
    } ROWS[] = {
        {"dài thế", ERR_FIELD_PASSWORD_SHORT}, /* seven characters, more bytes */
        {"", ERR_FIELD_PASSWORD_SHORT},
        {"01000151", ERR_FIELD_PASSWORD_IS_CARD},
        {"0100 0151", ERR_FIELD_PASSWORD_IS_CARD},
        {"01000151abc", ERR_FIELD_PASSWORD_IS_CARD},
        {"x01000151!", ERR_FIELD_PASSWORD_IS_CARD},
        {"password", ERR_FIELD_PASSWORD_COMMON},
        {"Mat-Khau 123", ERR_FIELD_PASSWORD_COMMON},
        {"12345678", ERR_FIELD_PASSWORD_COMMON},
        {"67890123", ERR_FIELD_PASSWORD_COMMON},
        {"09876543210", ERR_FIELD_PASSWORD_COMMON},
        {"hgfedcba", ERR_FIELD_PASSWORD_COMMON},
        {"aaaaaaaa", ERR_FIELD_PASSWORD_COMMON},
        {"abcabcabc", ERR_FIELD_PASSWORD_COMMON},
        {"19901990", ERR_FIELD_PASSWORD_COMMON},
        {"--------", ERR_FIELD_PASSWORD_COMMON},
        {"_ - _ - _ -", ERR_FIELD_PASSWORD_COMMON},
        {"abx     ", ERR_FIELD_PASSWORD_COMMON},
        {"k-v_k-v_k-v_", ERR_FIELD_PASSWORD_COMMON},
        {"hoa sữa đầu thu", ERR_OK},
        {"mùa thu Hà Nội", ERR_OK},
        {"hà nội 7", ERR_OK},
        {"01000151 hoa sữa", ERR_OK},
        {"12345679", ERR_OK},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++)
        assert_int_equal(password_rule(ROWS[i].password, "01000151"), ROWS[i].err);
}

static void test_what_is_typed_from_paper_is_put_right(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *code;
    } ROWS[] = {
        {"7K3M-9QX2-0V5T", "7K3M9QX20V5T"},
        {" 7k3m 9qx2 ov5t ", "7K3M9QX20V5T"},
        {"iLl1-oO0u", "1111000U"},
        {"123 456", "123456"},
        {"", ""},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++)
        assert_string_equal(typed_code(ctx, ROWS[i].typed), ROWS[i].code);
    assert_string_equal(typed_card(ctx, " 01 000151\t "), "01 000151");
    assert_string_equal(typed_card(ctx, "  "), "");
    mem_free(ctx);
}

static void test_a_new_code_reads_back_as_it_is_shown(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (int i = 0; i < 100; i++) {
        char *code = typed_code_new(ctx, CODE_CHARACTERS), *shown = typed_code_grouped(ctx, code, 4);
        assert_int_equal(strlen(code), CODE_CHARACTERS);
        assert_int_equal(strlen(shown), CODE_CHARACTERS + 2);
        assert_string_equal(typed_code(ctx, shown), code);
    }
    mem_free(ctx);
}

static void test_a_code_is_judged_by_its_account_its_use_and_its_time(void **state)
{
    (void)state;
    uint8_t right[TOKEN_HASH_BYTES] = {1}, wrong[TOKEN_HASH_BYTES] = {2};
    const struct activation live = {
        .found = true, .code_hash = {.data = right, .len = sizeof right}, .expires_at_us = 10};
    struct activation activated = live, used = live, none = live, unknown = live;
    activated.activated = used.used = true;
    none.code_hash.len = 0;
    unknown.found = false;
    const struct {
        const struct activation *activation;
        const uint8_t *hash;
        int64_t now_us;
        enum err err;
        bool live;
    } rows[] = {
        {&live, right, 9, ERR_OK, true},
        {&live, right, 10, ERR_ACTIVATION_CODE_EXPIRED, false},
        {&live, wrong, 9, ERR_ACTIVATION_CODE_INVALID, true},
        {&live, wrong, 10, ERR_ACTIVATION_CODE_INVALID, false}, /* a guess learns nothing */
        {&activated, right, 9, ERR_ALREADY_ACTIVATED, false},
        {&activated, wrong, 9, ERR_ACTIVATION_CODE_INVALID, false},
        {&used, right, 9, ERR_ALREADY_ACTIVATED, false},
        {&none, right, 9, ERR_ACTIVATION_CODE_INVALID, false},
        {&unknown, right, 9, ERR_ACTIVATION_CODE_INVALID, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_int_equal(activation_judge(rows[i].activation, rows[i].hash, rows[i].now_us), rows[i].err);
        assert_int_equal(activation_is_live(rows[i].activation, rows[i].now_us), rows[i].live);
    }
}

static void test_a_known_device_waits_for_its_own_attempts_alone(void **state)
{
    (void)state;
    const int64_t at = CLOCK_DAY_US;
    const struct throttle_attempts guessed = {.attempts = {0, INT32_MAX, INT32_MAX}, .last_at_us = {at, at, at}},
                                   own = {.attempts = {8, 0, 0}, .last_at_us = {at, at, at}},
                                   others_here = {.attempts = {0, 0, 510}, .last_at_us = {at, at, at}};
    assert_int_equal(throttle_longest_wait_us(&guessed, true, at), 0);
    assert_int_equal(throttle_longest_wait_us(&guessed, false, at), CLOCK_MINUTE_US);
    assert_int_equal(throttle_longest_wait_us(&own, true, at), 8 * CLOCK_SECOND_US);
    assert_int_equal(throttle_longest_wait_us(&others_here, true, at), 0);
    assert_int_equal(throttle_longest_wait_us(&others_here, false, at), CLOCK_MINUTE_US);
}

int main(void)
{
    if (sodium_init() < 0)
        return EXIT_FAILURE;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_password_is_long_enough_and_not_what_everybody_guesses),
        cmocka_unit_test(test_what_is_typed_from_paper_is_put_right),
        cmocka_unit_test(test_a_new_code_reads_back_as_it_is_shown),
        cmocka_unit_test(test_a_code_is_judged_by_its_account_its_use_and_its_time),
        cmocka_unit_test(test_a_known_device_waits_for_its_own_attempts_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
