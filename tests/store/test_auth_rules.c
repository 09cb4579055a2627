/* Rules of organisations against a real PostgreSQL: who sets them, what holds where and when, and what is told. */
#include "auth_people_fixture.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/auth/audit/audit_set.h"
#include "services/auth/membership/membership_set.h"
#include "services/auth/organization/organization.h"
#include "services/auth/organization/organization_store.h"
#include "services/auth/rules/rules_commands.h"
#include "services/auth/rules/rules_query.h"
#include "services/auth/tree/tree_set.h"
#include "services/directory/rules.h"
#include "sotay/v1/rules.pb-c.h"

#include <string.h>

static const struct loop_part *const PARTS[] = {&MEMBERSHIP_PART, &TREE_PART, &RULES_PART, &AUDIT_PART};
static int64_t noon_us; /* of the day on which all is said */
static int32_t today;
static const struct uuid CLOSED = {{0xb9}};

static enum err put(struct fixture *f, const struct uuid *actor, const struct uuid *organization, Pb__PutRules *body)
{
    struct loop_slot slot;
    body->organization_id = uuid_to_pb(f->ctx, organization);
    const struct command command = {PARTS, ARRAY_LENGTH(PARTS), *actor, *organization, &body->base, ++noon_us};
    return command_say(f, &command, &slot);
}

static Pb__PutRules day_of(int32_t registration_day)
{
    Pb__PutRules body = PB__PUT_RULES__INIT;
    body.has_registration_day = true;
    body.registration_day = registration_day;
    return body;
}

/* Whoever asks is an officer of the ward. */
static Pb__Rules *get(struct fixture *f, const struct uuid *organization, int64_t at_us)
{
    Pb__Grant grant = PB__GRANT__INIT, *grants = &grant;
    Pb__Scope scope = PB__SCOPE__INIT;
    Pb__GetRules body = PB__GET_RULES__INIT;
    grant.role = PB__ROLE__ROLE_OFFICER;
    grant.organization_id = uuid_to_pb(f->ctx, &WARD);
    scope.grants = &grants;
    scope.n_grants = 1;
    body.organization_id = uuid_to_pb(f->ctx, organization);
    struct query query = {.ctx = f->ctx, .pg = f->pg, .scope = &scope, .now_us = at_us, .body = &body.base};
    assert_int_equal(RULES_QUERIES.rows[0].answer(&query), ERR_OK);
    return (Pb__Rules *)query.reply;
}

static Pb__Rules *get_now(struct fixture *f, const struct uuid *organization)
{
    return get(f, organization, noon_us);
}

static void test_defaults_hold_where_nobody_has_set_any(void **state)
{
    const Pb__Rules *rules = get_now(*state, &BRANCH);
    assert_int_equal(rules->version, 0);
    assert_false(rules->has_effective_on);
    assert_null(rules->inherited_from);
    assert_int_equal(rules->registration_day, 20);
    assert_int_equal(rules->agenda_limit_minutes, 90);
    assert_int_equal(rules->resolution_due_days, 2);
    assert_int_equal(rules->quiet_from, 21 * 60);
    assert_int_equal(rules->n_reminders, 6); /* of registration and resolution, three each */
    assert_int_equal(rules->reminders[5]->kind, PB__REMINDER_KIND__REMINDER_KIND_RESOLUTION_OVERDUE);
    assert_int_equal(rules->reminders[5]->offset_hours, 168);
    assert_false(rules->has_term_started_on);
}

static void test_an_officer_sets_rules_below_him_and_nobody_else_does(void **state)
{
    struct fixture *f = *state;
    Pb__PutRules body = day_of(15);
    assert_int_equal(put(f, &OFFICER, &BRANCH, &body), ERR_OK);
    assert_int_equal(put(f, &OFFICER, &WARD, &body), ERR_OK);
    assert_int_equal(put(f, &OFFICER, &OTHER_WARD, &body), ERR_NOT_FOUND);
    assert_int_equal(put(f, admin_id(), &WARD, &body), ERR_NOT_ALLOWED);
    assert_int_equal(put(f, &SECRETARY, &BRANCH, &body), ERR_NOT_ALLOWED);
    assert_int_equal(put(f, &MEMBER, &BRANCH, &body), ERR_NOT_ALLOWED);
    assert_int_equal(put(f, &RECEIVER, &BRANCH, &body), ERR_NOT_FOUND);
    must(f->pg, "INSERT INTO organization(id, version, code, name, level, parent_id, path, state, changed_at_us)"
                " SELECT " ID("b9") "::uuid, 1, 'B9', 'Chi bộ 9', 3, id, path || " ID(
                    "b9") "::uuid, 1, 1"
                          " FROM organization WHERE code = 'W'");
    assert_int_equal(put(f, &OFFICER, &CLOSED, &body), ERR_ORGANIZATION_CLOSED);
}

static void test_each_field_is_the_nearest_ones_that_sets_it(void **state)
{
    struct fixture *f = *state;
    static uint32_t named[] = {FIELD_PUT_RULES_REMINDERS};
    Pb__RuleReminder reminder = PB__RULE_REMINDER__INIT, *reminders = &reminder;
    Pb__PutRules ward = day_of(15), branch = PB__PUT_RULES__INIT;
    ward.has_agenda_limit_minutes = true;
    ward.agenda_limit_minutes = 60;
    ward.reminders = &reminders;
    ward.n_reminders = 1;
    ward.named_fields = named;
    ward.n_named_fields = 1;
    assert_int_equal(put(f, &OFFICER, &WARD, &ward), ERR_OK);
    const Pb__Rules *rules = get_now(f, &BRANCH);
    assert_string_equal(rules->inherited_from->name, "Phường");
    assert_int_equal(rules->version, 1);
    assert_int_equal(rules->effective_on, today);
    assert_int_equal(rules->registration_day, 15);
    assert_int_equal(rules->n_reminders, 1);
    branch.has_agenda_limit_minutes = true;
    branch.agenda_limit_minutes = 120;
    branch.named_fields = named; /* and no reminders: none */
    branch.n_named_fields = 1;
    assert_int_equal(put(f, &OFFICER, &BRANCH, &branch), ERR_OK);
    rules = get_now(f, &BRANCH);
    assert_null(rules->inherited_from);
    assert_int_equal(rules->registration_day, 15);
    assert_int_equal(rules->agenda_limit_minutes, 120);
    assert_int_equal(rules->resolution_due_days, 2);
    assert_int_equal(rules->n_reminders, 0);
    assert_int_equal(get_now(f, &OTHER_BRANCH)->agenda_limit_minutes, 60);
}

static void test_a_later_day_comes_into_force_by_itself(void **state)
{
    struct fixture *f = *state;
    Pb__PutRules later = day_of(10), now = day_of(15);
    later.has_effective_on = true;
    later.effective_on = today + 3;
    assert_int_equal(put(f, &OFFICER, &WARD, &later), ERR_OK);
    assert_int_equal(get_now(f, &WARD)->registration_day, 20);
    assert_int_equal(put(f, &OFFICER, &WARD, &now), ERR_OK);
    int64_t from_us = clock_date_start_us(today + 3);
    assert_int_equal(get(f, &WARD, from_us - 1)->registration_day, 15);
    assert_int_equal(get(f, &WARD, from_us)->registration_day, 10);
    assert_int_equal(get(f, &WARD, from_us)->effective_on, today + 3);
    later.registration_day = 12; /* the newer version of the same day */
    assert_int_equal(put(f, &OFFICER, &WARD, &later), ERR_OK);
    assert_int_equal(get(f, &WARD, from_us)->registration_day, 12);
    assert_int_equal(get(f, &WARD, from_us)->version, 3);
}

static void test_what_is_said_again_is_no_new_version(void **state)
{
    struct fixture *f = *state;
    Pb__PutRules body = day_of(15);
    assert_int_equal(put(f, &OFFICER, &WARD, &body), ERR_OK);
    assert_int_equal(put(f, &OFFICER, &WARD, &body), ERR_OK);
    assert_int_equal(number(f, "SELECT count(*) FROM organization_rules"), 1);
    assert_int_equal(number(f, "SELECT version FROM organization WHERE code = 'W'"), 2);
}

static void test_a_record_tells_the_versions(void **state)
{
    struct fixture *f = *state;
    struct loop_record_list records;
    Pb__PutRules first = day_of(15), second = day_of(16);
    assert_int_equal(put(f, &OFFICER, &WARD, &first), ERR_OK);
    assert_int_equal(put(f, &OFFICER, &WARD, &second), ERR_OK);
    assert_int_equal(organization_store_records(f->pg, f->ctx, &WARD, 1, &records), ERR_OK);
    const Pb__DirectoryOrganization *record = (const Pb__DirectoryOrganization *)mem_unpack(
        f->ctx, &pb__directory_organization__descriptor, records.items[0].value.data, records.items[0].value.len);
    assert_int_equal(record->version, 3);
    assert_int_equal(record->rules->n_versions, 2);
    assert_int_equal(directory_rules_said(record->rules, &WARD, noon_us - 1)->values->registration_day, 15);
    assert_int_equal(directory_rules_said(record->rules, &WARD, noon_us)->values->registration_day, 16);
}

static int at_noon(void **state)
{
    today = clock_date_join(2026, 11, 10);
    noon_us = clock_date_start_us(today) + 12 * CLOCK_HOUR_US;
    return with_people(state);
}
#define AT_NOON(test) cmocka_unit_test_setup_teardown(test, at_noon, each_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_NOON(test_defaults_hold_where_nobody_has_set_any),
        AT_NOON(test_an_officer_sets_rules_below_him_and_nobody_else_does),
        AT_NOON(test_each_field_is_the_nearest_ones_that_sets_it),
        AT_NOON(test_a_later_day_comes_into_force_by_itself),
        AT_NOON(test_what_is_said_again_is_no_new_version),
        AT_NOON(test_a_record_tells_the_versions),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
