/* services/meeting/home/home.h: whose meeting is ahead, and what follows from one for whom, by table. */
#include "rules.h"

#include "common/base/array.h"
#include "services/directory/directory.h"
#include "services/meeting/home/home.h"

enum { SCHEDULED = PB__MEETING_STATE__MEETING_STATE_SCHEDULED, HELD = PB__MEETING_STATE__MEETING_STATE_HELD };
enum { REGULAR = PB__MEETING_KIND__MEETING_KIND_REGULAR, EXECUTIVE = PB__MEETING_KIND__MEETING_KIND_EXECUTIVE };
enum { HOUR = 1000, DUE = 9000 };
static const unsigned OFFICER_HERE = STANDING_OFFICER | STANDING_OFFICER_HERE;

static struct meeting meeting_of(int kind, int state)
{
    return (struct meeting){.id = {{3}},
                            .organization = {{4}},
                            .version = 5,
                            .kind = (Pb__MeetingKind)kind,
                            .state = (Pb__MeetingState)state,
                            .participants = kind == EXECUTIVE ? PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE
                                                              : PB__PARTICIPANTS__PARTICIPANTS_MEMBERS,
                            .starts_at_us = HOUR,
                            .resolution = {.due_at_us = state == HELD ? DUE : 0}};
}

static void test_whose_meeting_is_ahead(void **state)
{
    (void)state;
    static const struct {
        const char *who;
        int kind, state;
        unsigned standing;
        bool expected;
    } CASES[] = {
        {"a member", REGULAR, SCHEDULED, STANDING_MEMBER, true},
        {"a head from elsewhere", REGULAR, SCHEDULED, STANDING_SECRETARY, true},
        {"an officer above", REGULAR, SCHEDULED, STANDING_OFFICER, false},
        {"one that is over", REGULAR, HELD, STANDING_MEMBER, false},
        {"a member whose committee meets", EXECUTIVE, SCHEDULED, STANDING_MEMBER, false},
        {"one of the committee", EXECUTIVE, SCHEDULED, STANDING_COMMITTEE, true},
        {"the officer who convenes it", EXECUTIVE, SCHEDULED, OFFICER_HERE, true},
        {"an officer above the committee", EXECUTIVE, SCHEDULED, STANDING_OFFICER, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting meeting = meeting_of(CASES[i].kind, CASES[i].state);
        const struct meeting_actor reader = {.id = {{50}}, .standing = CASES[i].standing};
        if (home_is_ahead(&meeting, &reader, HOUR) != CASES[i].expected)
            fail_msg("%s", CASES[i].who);
    }
}

static void test_what_follows_from_a_meeting(void **state)
{
    (void)state;
    enum {
        ROLL_CALL = 1U << PB__HOME__TODO__KIND__KIND_ROLL_CALL,
        MINUTES = 1U << PB__HOME__TODO__KIND__KIND_MINUTES,
        RESOLUTION = 1U << PB__HOME__TODO__KIND__KIND_RESOLUTION,
    };
    static const Pb__MinutesContent WRITTEN;
    static const struct {
        const char *what;
        int kind, state;
        unsigned standing;
        const Pb__MinutesContent *minutes;
        struct uuid resolution;
        int64_t now_us;
        unsigned expected;
    } CASES[] = {
        {"ahead", REGULAR, SCHEDULED, STANDING_SECRETARY, NULL, {{0}}, HOUR - 1, 0},
        {"begun", REGULAR, SCHEDULED, STANDING_DEPUTY, NULL, {{0}}, HOUR, ROLL_CALL},
        {"begun, a member", REGULAR, SCHEDULED, STANDING_MEMBER, NULL, {{0}}, HOUR, 0},
        {"held", REGULAR, HELD, STANDING_SECRETARY, NULL, {{0}}, HOUR, MINUTES | RESOLUTION},
        {"with minutes", REGULAR, HELD, STANDING_SECRETARY, &WRITTEN, {{0}}, HOUR, RESOLUTION},
        {"settled", REGULAR, HELD, STANDING_SECRETARY, &WRITTEN, {{9}}, HOUR, 0},
        {"a member", REGULAR, HELD, STANDING_MEMBER, NULL, {{0}}, HOUR, 0},
        {"not a regular one", EXECUTIVE, HELD, STANDING_SECRETARY, NULL, {{0}}, HOUR, MINUTES},
        {"its officer", EXECUTIVE, HELD, OFFICER_HERE, NULL, {{0}}, HOUR, MINUTES},
        {"begun, its officer, who calls no roll", EXECUTIVE, SCHEDULED, OFFICER_HERE, NULL, {{0}}, HOUR, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting meeting = meeting_of(CASES[i].kind, CASES[i].state);
        const struct meeting_actor reader = {.id = {{50}}, .standing = CASES[i].standing};
        struct home_list list = {.ctx = ctx};
        unsigned found = 0;
        meeting.minutes = CASES[i].minutes;
        meeting.resolution.document = CASES[i].resolution;
        home_add_meeting(&list, &meeting, &reader, CASES[i].now_us);
        for (size_t j = 0; j < list.n; j++)
            found |= 1U << list.items[j].kind;
        if (found != CASES[i].expected)
            fail_msg("%s: %x, expected %x", CASES[i].what, found, CASES[i].expected);
    }
}

static void test_a_resolution_is_due_before_minutes_that_have_no_hour(void **state)
{
    (void)state;
    struct meeting meeting = meeting_of(REGULAR, HELD);
    const struct meeting_actor reader = {.id = {{50}}, .standing = STANDING_SECRETARY};
    struct home_list list = {.ctx = ctx};
    home_add_meeting(&list, &meeting, &reader, HOUR);
    home_sort(&list);
    assert_int_equal(list.n, 2);
    assert_int_equal(list.items[0].kind, PB__HOME__TODO__KIND__KIND_RESOLUTION);
    assert_int_equal(list.items[0].due_at_us, DUE);
}

/* On the day of that time, whatever the rules have become since: as compliance counts it. */
static void test_a_registration_is_due_by_the_rules_of_its_day(void **state)
{
    (void)state;
    static struct uuid path[] = {{{0xc1}}, {{4}}};
    Pb__RuleValues values = PB__RULE_VALUES__INIT;
    values.has_registration_day = true;
    values.registration_day = 10;
    Pb__DirectoryRules__Version version = PB__DIRECTORY_RULES__VERSION__INIT, *versions[] = {&version};
    version.organization_id = uuid_to_pb(ctx, &path[0]);
    version.values = &values;
    version.from_us = local(2026, 11, 22, 0);
    Pb__DirectoryRules rules = PB__DIRECTORY_RULES__INIT;
    rules.n_versions = 1;
    rules.versions = versions;
    const struct meeting_host branch = {.org = {.id = path[1], .path = path, .n_path = 2}, .rules = &rules};
    struct home_list list = {.ctx = ctx};
    home_add_registration(&list, &branch, NULL, 0, local(2026, 11, 25, 9));
    assert_int_equal(list.n, 2); /* November's was never registered; December's was due on the 20th */
    assert_int_equal(list.items[1].due_at_us, local(2026, 11, 21, 0) - CLOCK_SECOND_US);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_whose_meeting_is_ahead),
        CASE(test_what_follows_from_a_meeting),
        CASE(test_a_registration_is_due_by_the_rules_of_its_day),
        CASE(test_a_resolution_is_due_before_minutes_that_have_no_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
