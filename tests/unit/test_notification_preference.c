/* The pure rules of services/notification/preference, by table. */
#include "tests/unit/test.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/notification/preference/preference.h"

static const struct uuid MEMBER = {{1}};

static void test_quiet_hours_hold_those_for_all_and_leave_some_of_the_day(void **state)
{
    (void)state;
    static const struct {
        int32_t from, to; /* QUIET_AS_ALL: null */
        const char *fault;
    } ROWS[] = {
        {QUIET_AS_ALL, QUIET_AS_ALL, NULL},
        {1260, 420, NULL},
        {1261, 420, "/quiet_from"},
        {480, QUIET_AS_ALL, NULL},
        {479, QUIET_AS_ALL, "/quiet_from"},
        {420, QUIET_AS_ALL, "/quiet_from"},
        {QUIET_AS_ALL, 419, "/quiet_to"},
        {QUIET_AS_ALL, 1200, NULL},
        {QUIET_AS_ALL, 1201, "/quiet_to"},
        {QUIET_AS_ALL, 1260, "/quiet_to"},
        {720, 660, NULL},
        {720, 661, "/quiet_to"},
        {720, 720, "/quiet_to"},
    };
    uint32_t named[] = {FIELD_EDIT_PREFERENCES_QUIET_FROM, FIELD_EDIT_PREFERENCES_QUIET_TO};
    const struct preference before = preference_default(&MEMBER);
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        Pb__EditPreferences edit = PB__EDIT_PREFERENCES__INIT;
        struct preference after = before;
        const char *fault;
        edit.named_fields = named;
        edit.n_named_fields = ARRAY_LENGTH(named);
        edit.has_quiet_from = ROWS[i].from != QUIET_AS_ALL;
        edit.quiet_from = ROWS[i].from;
        edit.has_quiet_to = ROWS[i].to != QUIET_AS_ALL;
        edit.quiet_to = ROWS[i].to;
        enum err err = preference_edit(&before, &edit, &after, &fault);
        assert_int_equal(err, ROWS[i].fault ? ERR_FIELD_QUIET_SHORT : ERR_OK);
        if (ROWS[i].fault)
            assert_string_equal(fault, ROWS[i].fault);
        else
            assert_true(after.quiet_from == ROWS[i].from && after.quiet_to == ROWS[i].to);
    }
}

static void test_what_is_not_named_stays(void **state)
{
    (void)state;
    struct preference before = preference_default(&MEMBER), after;
    Pb__EditPreferences edit = PB__EDIT_PREFERENCES__INIT;
    Pb__EditPushChoices push = PB__EDIT_PUSH_CHOICES__INIT;
    const char *fault;
    before.quiet_from = 1200;
    push.has_surveys = true;
    edit.push = &push;
    assert_int_equal(preference_edit(&before, &edit, &after, &fault), ERR_OK);
    assert_false(after.surveys);
    assert_false(preference_is_same(&before, &after));
    after.surveys = true;
    assert_true(preference_is_same(&before, &after));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quiet_hours_hold_those_for_all_and_leave_some_of_the_day),
        cmocka_unit_test(test_what_is_not_named_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
