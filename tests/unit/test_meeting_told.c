/* services/meeting/told/told.h: who says that a participant was told by a call, what becomes of it, and who is shown
 * which participants have read, by table. */
#include "rules.h"

#include "common/base/array.h"
#include "services/directory/directory.h"
#include "services/meeting/told/told.h"

enum {
    DRAFT = PB__MEETING_STATE__MEETING_STATE_DRAFT,
    SCHEDULED = PB__MEETING_STATE__MEETING_STATE_SCHEDULED,
    HELD = PB__MEETING_STATE__MEETING_STATE_HELD,
    CANCELLED = PB__MEETING_STATE__MEETING_STATE_CANCELLED,
};
enum { REGULAR = PB__MEETING_KIND__MEETING_KIND_REGULAR, EXECUTIVE = PB__MEETING_KIND__MEETING_KIND_EXECUTIVE };
static const struct uuid SOMEBODY = {{50}}, CALLER = {{51}}, OTHER = {{52}};

static struct meeting meeting_of(int kind, int state)
{
    return (struct meeting){.id = {{3}},
                            .organization = {{4}},
                            .version = 5,
                            .kind = (Pb__MeetingKind)kind,
                            .state = (Pb__MeetingState)state,
                            .notified_at_us = 100};
}

static void test_who_says_that_somebody_was_told(void **state)
{
    (void)state;
    static const struct {
        const char *who;
        unsigned standing;
        int kind, state;
        bool is_suspended;
        enum err expected;
    } CASES[] = {
        {"the secretary", STANDING_SECRETARY, REGULAR, SCHEDULED, false, ERR_OK},
        {"his deputy", STANDING_DEPUTY, REGULAR, SCHEDULED, false, ERR_OK},
        {"that it is cancelled", STANDING_SECRETARY, REGULAR, CANCELLED, false, ERR_OK},
        {"a draft", STANDING_SECRETARY, REGULAR, DRAFT, false, ERR_WRONG_STATE},
        {"what was", STANDING_SECRETARY, REGULAR, HELD, false, ERR_WRONG_STATE},
        {"who is suspended", STANDING_SECRETARY, REGULAR, SCHEDULED, true, ERR_NOT_ALLOWED},
        {"a member", STANDING_MEMBER, REGULAR, SCHEDULED, false, ERR_NOT_ALLOWED},
        {"a member, of a draft", STANDING_MEMBER, REGULAR, DRAFT, false, ERR_NOT_FOUND},
        {"the officer who convenes", STANDING_OFFICER | STANDING_OFFICER_HERE, EXECUTIVE, SCHEDULED, false, ERR_OK},
        {"an officer above", STANDING_OFFICER, EXECUTIVE, SCHEDULED, false, ERR_NOT_ALLOWED},
        {"an outsider", 0, REGULAR, SCHEDULED, false, ERR_NOT_FOUND},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting meeting = meeting_of(CASES[i].kind, CASES[i].state);
        struct meeting_actor actor = {.standing = CASES[i].standing, .is_suspended = CASES[i].is_suspended};
        if (meeting_check(&meeting, &actor, &TOLD_MARK, 0) != CASES[i].expected)
            fail_msg("%s: expected %s", CASES[i].who, err_word(CASES[i].expected));
    }
}

static void test_who_is_a_participant(void **state)
{
    (void)state;
    static const struct {
        const char *who;
        int participants;
        struct uuid named;
        unsigned standing;
        bool expected;
    } CASES[] = {
        {"a member of the branch", PB__PARTICIPANTS__PARTICIPANTS_MEMBERS, {{0}}, STANDING_MEMBER, true},
        {"a deputy from elsewhere", PB__PARTICIPANTS__PARTICIPANTS_MEMBERS, {{0}}, STANDING_DEPUTY, false},
        {"one of the committee", PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE, {{0}}, STANDING_COMMITTEE, true},
        {"the committee's secretary", PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE, {{0}}, STANDING_SECRETARY, true},
        {"a member, not of it", PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE, {{0}}, STANDING_MEMBER, false},
        {"who is named", PB__PARTICIPANTS__PARTICIPANTS_NAMED, {{50}}, 0, true},
        {"who is not", PB__PARTICIPANTS__PARTICIPANTS_NAMED, {{52}}, STANDING_MEMBER, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting meeting = meeting_of(REGULAR, SCHEDULED);
        meeting.participants = (Pb__Participants)CASES[i].participants;
        meeting.participant_ids = &CASES[i].named;
        meeting.n_participants = !uuid_is_zero(&CASES[i].named);
        if (meeting_is_participant(&meeting, &SOMEBODY, CASES[i].standing) != CASES[i].expected)
            fail_msg("%s", CASES[i].who);
    }
}

static void test_what_a_call_changes(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        int64_t was_at_us;
        bool is_told, is_changed;
        int64_t at_us;
    } CASES[] = {
        {"told", 0, true, true, 200},
        {"told again", 150, true, false, 150},
        {"told again after news", 99, true, true, 200},
        {"taken back", 150, false, true, 0},
        {"taken back again", 0, false, false, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct meeting meeting = meeting_of(REGULAR, SCHEDULED);
        struct told was = {.meeting = meeting.id, .member = SOMEBODY, .at_us = CASES[i].was_at_us}, next;
        was.by = was.at_us ? OTHER : (struct uuid){{0}};
        bool is_changed = told_mark(&was, &meeting, CASES[i].is_told, &CALLER, 200, &next);
        struct uuid by = next.at_us == 200 ? CALLER : next.at_us ? OTHER : (struct uuid){{0}};
        if (is_changed != CASES[i].is_changed || next.at_us != CASES[i].at_us || !uuid_equal(&next.by, &by))
            fail_msg("%s: at %lld", CASES[i].what, (long long)next.at_us);
        assert_true(uuid_equal(&next.member, &SOMEBODY));
    }
}

static void test_who_is_shown_the_names_of_readers(void **state)
{
    (void)state;
    static const struct {
        const char *who;
        unsigned standing;
        int kind;
        bool is_directly_above;
        enum told_sight expected;
    } CASES[] = {
        {"the secretary", STANDING_SECRETARY, REGULAR, false, TOLD_NAMES},
        {"his deputy, a member", STANDING_DEPUTY | STANDING_MEMBER, REGULAR, false, TOLD_NAMES},
        {"a member", STANDING_MEMBER, REGULAR, false, TOLD_NOTHING},
        {"one of the branch's committee", STANDING_MEMBER | STANDING_COMMITTEE, REGULAR, false, TOLD_NOTHING},
        {"who is invited as one of it", STANDING_COMMITTEE, EXECUTIVE, false, TOLD_COUNTS},
        {"an officer of the ward", STANDING_OFFICER, REGULAR, true, TOLD_NAMES},
        {"an officer of the city", STANDING_OFFICER, REGULAR, false, TOLD_COUNTS},
        {"the officer who convenes", STANDING_OFFICER | STANDING_OFFICER_HERE, EXECUTIVE, false, TOLD_NAMES},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct meeting meeting = meeting_of(CASES[i].kind, SCHEDULED);
        const struct meeting_actor actor = {.standing = CASES[i].standing};
        if (told_sight(&meeting, &actor, CASES[i].is_directly_above) != CASES[i].expected)
            fail_msg("%s", CASES[i].who);
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_who_says_that_somebody_was_told),
        CASE(test_who_is_a_participant),
        CASE(test_what_a_call_changes),
        CASE(test_who_is_shown_the_names_of_readers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
