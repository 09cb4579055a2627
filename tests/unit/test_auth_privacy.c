/* The pure rules of recoveries and consents, by table. */
#include "tests/unit/test.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/auth/account/regain.h"
#include "services/auth/account/typed.h"
#include "services/auth/consent/consent.h"
#include "services/auth/letter/letter_rule.h"

enum { NOW = 1000 };
static const struct uuid ID = {{1}}, MEMBER = {{2}};

/* --- recoveries --- */

static void test_a_recovery_waits_a_day_where_a_device_can_object(void **state)
{
    (void)state;
    struct regain alone = regain_new(&ID, &MEMBER, false, NOW), heard = regain_new(&ID, &MEMBER, true, NOW);
    assert_int_equal(alone.ready_at_us, NOW);
    assert_int_equal(alone.expires_at_us, NOW + 14 * CLOCK_DAY_US);
    assert_int_equal(heard.ready_at_us, NOW + CLOCK_DAY_US);
    assert_int_equal(heard.expires_at_us, NOW + 15 * CLOCK_DAY_US);
}

static void test_what_a_recovery_is_follows_from_time_and_word(void **state)
{
    (void)state;
    static const struct {
        int64_t now_us;
        bool objected, used;
        Pb__RecoveryState state;
        bool open;
    } ROWS[] = {
        {10, false, false, PB__RECOVERY_STATE__RECOVERY_STATE_WAITING, true},
        {19, false, false, PB__RECOVERY_STATE__RECOVERY_STATE_WAITING, true},
        {20, false, false, PB__RECOVERY_STATE__RECOVERY_STATE_READY, true},
        {29, false, false, PB__RECOVERY_STATE__RECOVERY_STATE_READY, true},
        {30, false, false, PB__RECOVERY_STATE__RECOVERY_STATE_EXPIRED, false},
        {10, true, false, PB__RECOVERY_STATE__RECOVERY_STATE_OBJECTED, false},
        {25, true, false, PB__RECOVERY_STATE__RECOVERY_STATE_OBJECTED, false},
        {25, false, true, PB__RECOVERY_STATE__RECOVERY_STATE_USED, false},
        {99, false, true, PB__RECOVERY_STATE__RECOVERY_STATE_USED, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        const struct regain regain = {
            .ready_at_us = 20, .expires_at_us = 30, .objected = ROWS[i].objected, .used = ROWS[i].used};
        assert_int_equal(regain_state(&regain, ROWS[i].now_us), ROWS[i].state);
        assert_int_equal(regain_is_open(&regain, ROWS[i].now_us), ROWS[i].open);
    }
}

static void test_a_letter_has_one_code_and_opens_only_while_it_is_ready(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    static const struct keys KEYS = {.subject = {1}}, OTHER = {.subject = {2}};
    struct regain regain = {.id = ID, .ready_at_us = 20, .expires_at_us = 30}, another = {.id = MEMBER};
    char *code = regain_code(ctx, &KEYS, &regain);
    assert_string_equal(code, regain_code(ctx, &KEYS, &regain));
    assert_string_not_equal(code, regain_code(ctx, &KEYS, &another));
    assert_string_not_equal(code, regain_code(ctx, &OTHER, &regain));
    assert_string_equal(typed_code(ctx, code), code);
    assert_true(regain_opens(&regain, &KEYS, code, 20));
    assert_false(regain_opens(&regain, &KEYS, code, 19));
    assert_false(regain_opens(&regain, &KEYS, code, 30));
    assert_false(regain_opens(&regain, &KEYS, "", 20));
    assert_false(regain_opens(&regain, &KEYS, "000000000000", 20));
    assert_false(regain_opened(&regain, &KEYS, code, 20));
    regain.used = true;
    regain.used_at_us = 20;
    assert_false(regain_opens(&regain, &KEYS, code, 20));
    assert_true(regain_opened(&regain, &KEYS, code, 20 + REGAIN_REPEATS_US - 1)); /* the answer may have been lost */
    assert_false(regain_opened(&regain, &KEYS, code, 20 + REGAIN_REPEATS_US));
    assert_false(regain_opened(&regain, &KEYS, "000000000000", 20));
    mem_free(ctx);
}

/* --- whose letters --- */

static void test_letters_are_made_by_a_secretary_for_his_own_or_by_an_administrator_for_all_below(void **state)
{
    (void)state;
    const struct uuid root = {{7}}, branch = {{8}};
    const struct uuid path[] = {root, branch};
    const struct directory_org org = {.id = branch, .n_path = 2, .path = path};
    static const struct {
        Pb__Role role;
        bool at_root;
        enum err err;
        bool subtree;
    } ROWS[] = {
        {PB__ROLE__ROLE_SECRETARY, false, ERR_OK, false},
        {PB__ROLE__ROLE_SECRETARY, true, ERR_NOT_ALLOWED, false},
        {PB__ROLE__ROLE_DEPUTY_SECRETARY, false, ERR_NOT_ALLOWED, false},
        {PB__ROLE__ROLE_COMMITTEE_MEMBER, false, ERR_NOT_ALLOWED, false},
        {PB__ROLE__ROLE_OFFICER, true, ERR_NOT_ALLOWED, false},
        {PB__ROLE__ROLE_ADMIN, true, ERR_OK, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        TALLOC_CTX *ctx = mem_context(NULL, "test");
        Pb__Scope message = PB__SCOPE__INIT;
        Pb__Grant grant = PB__GRANT__INIT, *grants[] = {&grant};
        struct directory_scope scope;
        struct letter_filter filter = {.subtree = false};
        grant.role = ROWS[i].role;
        grant.organization_id = uuid_to_pb(ctx, ROWS[i].at_root ? &root : &branch);
        message.n_grants = 1;
        message.grants = grants;
        directory_scope_read(ctx, &message, &scope);
        assert_int_equal(letter_rule(&scope, &org, &filter), ROWS[i].err);
        assert_int_equal(filter.subtree, ROWS[i].subtree);
        for (size_t role = 0; role < filter.n_roles; role++)
            assert_true(filter.roles[role] != (int32_t)ROWS[i].role);
        mem_free(ctx);
    }
}

/* --- consents --- */

static void test_a_consent_says_something_new_by_its_word_or_its_text(void **state)
{
    (void)state;
    const struct consent never = {.purpose = "processing"}, yes = {"processing", true, "1", 5},
                         later = {"processing", true, "1", 9}, no = {"processing", false, "1", 9},
                         newer = {"processing", true, "2", 9}, refused = {"processing", false, "1", 5};
    assert_true(consent_is_same(&yes, &later));
    assert_false(consent_is_same(&yes, &no));
    assert_false(consent_is_same(&yes, &newer));
    assert_false(consent_is_same(&never, &refused));
    assert_true(consent_has_purpose("statistics"));
    assert_false(consent_has_purpose("marketing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_recovery_waits_a_day_where_a_device_can_object),
        cmocka_unit_test(test_what_a_recovery_is_follows_from_time_and_word),
        cmocka_unit_test(test_a_letter_has_one_code_and_opens_only_while_it_is_ready),
        cmocka_unit_test(test_letters_are_made_by_a_secretary_for_his_own_or_by_an_administrator_for_all_below),
        cmocka_unit_test(test_a_consent_says_something_new_by_its_word_or_its_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
