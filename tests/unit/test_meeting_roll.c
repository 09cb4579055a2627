/* services/meeting/roll/: who is on a roll, what may be said of whom, and the codes of check-in, by table. */
#include "rules.h"

#include "common/base/array.h"
#include "services/meeting/roll/check_in.h"
#include "services/meeting/roll/roll.h"

#include <string.h>

#define PRESENT PB__ATTENDANCE_STATE__ATTENDANCE_STATE_PRESENT
#define EXCUSED PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXCUSED
#define UNEXCUSED PB__ATTENDANCE_STATE__ATTENDANCE_STATE_UNEXCUSED
#define EXEMPT PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXEMPT
enum { NAMED = PB__PARTICIPANTS__PARTICIPANTS_NAMED };
enum { SCHEDULED = PB__MEETING_STATE__MEETING_STATE_SCHEDULED, HELD = PB__MEETING_STATE__MEETING_STATE_HELD };
enum { HOUR = 1000, NOW = 2000 };

static const struct uuid BRANCH = {{4}}, ELSEWHERE = {{9}}, A = {{0xa}}, B = {{0xb}}, FREED = {{0xe}},
                         STRANGER = {{0xf}};

static struct meeting meeting_of(int state)
{
    return (struct meeting){
        .id = {{3}}, .organization = BRANCH, .version = 5, .state = (Pb__MeetingState)state, .starts_at_us = HOUR};
}

/* --- who is on it ------------------------------------------------------------------------------------------------- */

static Pb__DirectoryMember *record_of(const struct uuid *branch, int64_t from_us, int64_t to_us)
{
    Pb__DirectoryMember *record = mem_new(ctx, Pb__DirectoryMember);
    Pb__DirectoryMember__Interval *interval = mem_new(ctx, Pb__DirectoryMember__Interval);
    pb__directory_member__init(record);
    pb__directory_member__interval__init(interval);
    interval->branch_id = uuid_to_pb(ctx, branch);
    interval->from_us = from_us;
    interval->has_to_us = to_us > 0;
    interval->to_us = to_us;
    record->n_intervals = 1;
    record->intervals = mem_array(ctx, Pb__DirectoryMember__Interval *, 1);
    record->intervals[0] = interval;
    return record;
}

static void sits(Pb__DirectoryMember *record, Pb__Role role, const struct uuid *organization, int64_t from_us)
{
    Pb__DirectoryMember__Position *position = mem_new(ctx, Pb__DirectoryMember__Position);
    pb__directory_member__position__init(position);
    position->role = role;
    position->organization_id = uuid_to_pb(ctx, organization);
    position->from_us = from_us;
    record->n_positions = 1;
    record->positions = mem_array(ctx, Pb__DirectoryMember__Position *, 1);
    record->positions[0] = position;
}

static void test_whoever_belonged_at_the_meetings_hour_is_on_its_roll(void **state)
{
    (void)state;
    enum { OFFICIAL = PB__MEMBER_STATUS__MEMBER_STATUS_OFFICIAL, LEFT = PB__MEMBER_STATUS__MEMBER_STATUS_LEFT };
    enum { SUSPENDED = PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED };
    const struct {
        const char *who;
        const struct uuid *branch;
        int64_t from_us, to_us;
        int status;
        bool exempt;
        enum roll_standing expected;
    } CASES[] = {
        {"a member", &BRANCH, 1, 0, OFFICIAL, false, ROLL_BASE},
        {"one of elsewhere", &ELSEWHERE, 1, 0, OFFICIAL, false, ROLL_NOT_ON_IT},
        {"one who left after it", &BRANCH, 1, HOUR + 1, OFFICIAL, false, ROLL_BASE},
        {"one who left as it began", &BRANCH, 1, HOUR, OFFICIAL, false, ROLL_NOT_ON_IT},
        {"one who came after it", &BRANCH, HOUR + 1, 0, OFFICIAL, false, ROLL_NOT_ON_IT},
        {"one who is exempt", &BRANCH, 1, 0, OFFICIAL, true, ROLL_EXEMPT},
        {"one who is suspended", &BRANCH, 1, 0, SUSPENDED, false, ROLL_NOT_ON_IT},
        {"one who has left", &BRANCH, 1, 0, LEFT, false, ROLL_NOT_ON_IT},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting meeting = meeting_of(SCHEDULED);
        Pb__DirectoryMember *record = record_of(CASES[i].branch, CASES[i].from_us, CASES[i].to_us);
        record->intervals[0]->status = (Pb__MemberStatus)CASES[i].status;
        record->intervals[0]->exempt = CASES[i].exempt;
        const struct roll_person person = {.id = A, .record = record};
        if (roll_standing(&meeting, &person) != CASES[i].expected)
            fail_msg("%s", CASES[i].who);
    }
}

static void test_of_an_executive_meeting_the_committee_is_exempt_or_not(void **state)
{
    (void)state;
    struct meeting meeting = meeting_of(SCHEDULED);
    Pb__DirectoryMember *record = record_of(&ELSEWHERE, 1, 0);
    const struct roll_person person = {.id = A, .record = record};
    meeting.kind = PB__MEETING_KIND__MEETING_KIND_EXECUTIVE;
    meeting.participants = PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE;
    record->intervals[0]->exempt = true;
    assert_int_equal(roll_standing(&meeting, &person), ROLL_NOT_ON_IT);
    sits(record, PB__ROLE__ROLE_COMMITTEE_MEMBER, &BRANCH, HOUR);
    assert_int_equal(roll_standing(&meeting, &person), ROLL_BASE);
    sits(record, PB__ROLE__ROLE_COMMITTEE_MEMBER, &BRANCH, HOUR + 1);
    assert_int_equal(roll_standing(&meeting, &person), ROLL_NOT_ON_IT);
    sits(record, PB__ROLE__ROLE_OFFICER, &BRANCH, 1);
    assert_int_equal(roll_standing(&meeting, &person), ROLL_NOT_ON_IT);
}

static void test_of_a_meeting_with_named_participants_they_are(void **state)
{
    (void)state;
    static const struct uuid NAMES[] = {A};
    struct meeting meeting = meeting_of(SCHEDULED);
    meeting.participants = (Pb__Participants)NAMED;
    meeting.participant_ids = NAMES;
    meeting.n_participants = 1;
    const struct roll_person named = {.id = A, .record = record_of(&BRANCH, 1, 0)},
                             other = {.id = B, .record = record_of(&BRANCH, 1, 0)};
    assert_int_equal(roll_standing(&meeting, &named), ROLL_BASE);
    assert_int_equal(roll_standing(&meeting, &other), ROLL_NOT_ON_IT);
}

/* --- what is said ------------------------------------------------------------------------------------------------- */

/* A, B of the base, one who is exempt, one who is not on it. */
static struct roll four(struct roll_person people[4])
{
    const struct roll_person made[] = {
        {.id = A, .is_frozen = true, .frozen = ROLL_BASE},
        {.id = B, .is_frozen = true, .frozen = ROLL_BASE},
        {.id = FREED, .is_frozen = true, .frozen = ROLL_EXEMPT},
        {.id = STRANGER, .is_frozen = true, .frozen = ROLL_NOT_ON_IT},
    };
    memcpy(people, made, sizeof made);
    return (struct roll){people, 4};
}

static enum err call_roll(const struct roll *roll, const struct roll_entry entries[], size_t n, int rest,
                          struct roll *ret_next)
{
    struct meeting meeting = meeting_of(SCHEDULED);
    const struct roll_call call = {entries, n, rest >= 0, (Pb__AttendanceState)(rest >= 0 ? rest : 0)};
    problems.n = 0;
    return roll_call(ctx, &meeting, roll, &call, NOW, &problems, ret_next);
}

static void assert_counts(const struct roll *roll, int present, int excused, int unexcused, int exempt_present)
{
    struct meeting meeting = meeting_of(SCHEDULED);
    const struct meeting_attendance counts = roll_count(&meeting, roll);
    assert_int_equal(counts.base, 2);
    assert_int_equal(counts.exempt, 1);
    assert_int_equal(counts.present, present);
    assert_int_equal(counts.excused, excused);
    assert_int_equal(counts.unexcused, unexcused);
    assert_int_equal(counts.exempt_present, exempt_present);
}

static void test_all_present_but_one_leaves_the_exempt_alone(void **state)
{
    (void)state;
    struct roll_person people[4];
    struct roll roll = four(people), next;
    const struct roll_entry ill[] = {{A, EXCUSED, "Ốm"}};
    assert_counts(&roll, 0, 0, 0, 0);
    assert_int_equal(call_roll(&roll, ill, 1, PRESENT, &next), ERR_OK);
    assert_counts(&next, 1, 1, 0, 0);
    assert_false(next.people[2].mark.has_state);
    assert_false(roll.people[0].mark.has_state);
    const struct roll_entry came[] = {{FREED, PRESENT, NULL}};
    assert_int_equal(call_roll(&next, came, 1, -1, &next), ERR_OK);
    assert_counts(&next, 1, 1, 0, 1);
}

static void test_the_rest_are_those_of_whom_nobody_spoke_by_name(void **state)
{
    (void)state;
    struct roll_person people[4];
    struct roll roll = four(people), next;
    const struct roll_entry there[] = {{A, PRESENT, NULL}};
    assert_int_equal(call_roll(&roll, there, 1, UNEXCUSED, &next), ERR_OK);
    assert_counts(&next, 1, 0, 1, 0);
    assert_int_equal(call_roll(&next, NULL, 0, PRESENT, &next), ERR_OK); /* put right */
    assert_counts(&next, 2, 0, 0, 0);
    assert_int_equal(call_roll(&next, NULL, 0, UNEXCUSED, &next), ERR_OK);
    assert_counts(&next, 1, 0, 1, 0);
}

static void test_a_reason_that_is_recorded_stays_while_none_is_given(void **state)
{
    (void)state;
    struct roll_person people[4];
    struct roll roll = four(people), next;
    const struct roll_entry ill[] = {{A, EXCUSED, "Ốm"}}, again[] = {{A, UNEXCUSED, NULL}};
    assert_int_equal(call_roll(&roll, ill, 1, -1, &next), ERR_OK);
    assert_int_equal(call_roll(&next, again, 1, -1, &next), ERR_OK);
    assert_int_equal(next.people[0].mark.state, UNEXCUSED);
    assert_string_equal(next.people[0].mark.reason, "Ốm");
}

static void test_entries_that_cannot_be_are_named(void **state)
{
    (void)state;
    const struct {
        struct roll_entry entries[2];
        const char *field;
        enum err expected;
    } CASES[] = {
        {{{A, PRESENT, NULL}, {STRANGER, PRESENT, NULL}}, "/entries/1/member_id", ERR_FIELD_UNKNOWN_ID},
        {{{A, PRESENT, NULL}, {{{0x77}}, PRESENT, NULL}}, "/entries/1/member_id", ERR_FIELD_UNKNOWN_ID},
        {{{A, PRESENT, NULL}, {A, PRESENT, NULL}}, "/entries/1/member_id", ERR_FIELD_DUPLICATE},
        {{{A, EXEMPT, NULL}, {B, PRESENT, NULL}}, "/entries/0/state", ERR_FIELD_CONFLICT},
        {{{FREED, EXCUSED, NULL}, {B, PRESENT, NULL}}, "/entries/0/state", ERR_FIELD_CONFLICT},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct roll_person people[4];
        struct roll roll = four(people), next;
        assert_int_equal(call_roll(&roll, CASES[i].entries, 2, -1, &next), ERR_INVALID);
        assert_problem(CASES[i].field, CASES[i].expected);
    }
}

static void test_an_absence_that_was_reported_stays_excused_and_overrides_nothing(void **state)
{
    (void)state;
    struct roll_person people[4];
    struct roll roll = four(people), next, after;
    struct meeting meeting = meeting_of(SCHEDULED);
    assert_int_equal(roll_report_absence(ctx, &meeting, &roll, &A, "Công tác", NOW, &next), ERR_OK);
    assert_counts(&next, 0, 1, 0, 0);
    assert_int_equal(call_roll(&next, NULL, 0, UNEXCUSED, &after), ERR_OK);
    assert_counts(&after, 0, 1, 1, 0);
    assert_string_equal(after.people[0].mark.reason, "Công tác");
    assert_int_equal(roll_report_absence(ctx, &meeting, &after, &B, "Ốm", NOW, &next), ERR_ATTENDANCE_RECORDED);
    assert_int_equal(roll_withdraw_absence(ctx, &meeting, &after, &A, NOW, &next), ERR_OK);
    assert_counts(&next, 0, 0, 1, 0);
    assert_int_equal(roll_withdraw_absence(ctx, &meeting, &next, &B, NOW, &next), ERR_OK); /* what others said stays */
    assert_counts(&next, 0, 0, 1, 0);
    assert_int_equal(roll_report_absence(ctx, &meeting, &roll, &STRANGER, "Ốm", NOW, &next), ERR_NOT_ON_ROLL);
    assert_int_equal(roll_report_absence(ctx, &meeting, &roll, &FREED, "Ốm", NOW, &next), ERR_OK);
    assert_counts(&next, 0, 0, 0, 0);
}

static void test_whoever_checks_in_is_present_whatever_was_said(void **state)
{
    (void)state;
    struct roll_person people[4];
    struct roll roll = four(people), next;
    struct meeting meeting = meeting_of(SCHEDULED);
    assert_int_equal(call_roll(&roll, NULL, 0, UNEXCUSED, &next), ERR_OK);
    assert_int_equal(roll_check_in(ctx, &meeting, &next, &A, NOW + 5, &next), ERR_OK);
    assert_counts(&next, 1, 0, 1, 0);
    assert_int_equal(roll_check_in(ctx, &meeting, &next, &A, NOW + 9, &next), ERR_OK);
    assert_int_equal(next.people[0].mark.at_us, NOW + 5);
    assert_int_equal(roll_check_in(ctx, &meeting, &next, &FREED, NOW, &next), ERR_OK);
    assert_counts(&next, 1, 0, 1, 1);
    assert_int_equal(call_roll(&next, NULL, 0, UNEXCUSED, &next), ERR_OK); /* he was seen */
    assert_counts(&next, 1, 0, 1, 1);
    assert_int_equal(roll_check_in(ctx, &meeting, &next, &STRANGER, NOW, &next), ERR_NOT_ON_ROLL);
}

static void test_a_roll_that_is_frozen_does_not_follow_the_records(void **state)
{
    (void)state;
    struct meeting meeting = meeting_of(SCHEDULED);
    Pb__DirectoryMember *record = record_of(&BRANCH, 1, 0);
    const struct roll_person people[] = {{.id = A, .record = record}, {.id = B, .record = record_of(&ELSEWHERE, 1, 0)}};
    const struct roll roll = {people, 2}, frozen = roll_freeze(ctx, &meeting, &roll);
    record->intervals[0]->exempt = true;
    assert_int_equal(roll_standing(&meeting, &frozen.people[0]), ROLL_BASE);
    assert_false(frozen.people[1].is_frozen); /* nothing is kept of him */
    const struct roll thawed = roll_thaw(ctx, &frozen);
    assert_int_equal(roll_standing(&meeting, &thawed.people[0]), ROLL_EXEMPT);
}

static void test_whoever_is_asked_to_come_speaks_for_himself(void **state)
{
    (void)state;
    enum { REGULAR = PB__MEETING_KIND__MEETING_KIND_REGULAR, EXECUTIVE = PB__MEETING_KIND__MEETING_KIND_EXECUTIVE };
    enum { MEMBERS = PB__PARTICIPANTS__PARTICIPANTS_MEMBERS, COMMITTEE = PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE };
    static const struct {
        const char *who;
        int kind, participants;
        struct uuid member;
        unsigned standing;
        enum err expected;
    } CASES[] = {
        {"a member of the branch", REGULAR, MEMBERS, {{0xb}}, STANDING_MEMBER, ERR_OK},
        {"a head from elsewhere", REGULAR, MEMBERS, {{0xb}}, STANDING_SECRETARY, ERR_NOT_ALLOWED},
        {"a member who is named", REGULAR, NAMED, {{0xa}}, STANDING_MEMBER, ERR_OK},
        {"a member who is not named", REGULAR, NAMED, {{0xb}}, STANDING_MEMBER, ERR_NOT_ALLOWED},
        {"a head who is not named", REGULAR, NAMED, {{0xb}}, STANDING_SECRETARY | STANDING_MEMBER, ERR_NOT_ALLOWED},
        {"a member named for an executive meeting", EXECUTIVE, NAMED, {{0xa}}, STANDING_MEMBER, ERR_OK},
        {"another member", EXECUTIVE, NAMED, {{0xb}}, STANDING_MEMBER, ERR_NOT_ALLOWED},
        {"one of the committee who is not named", EXECUTIVE, NAMED, {{0xb}}, STANDING_COMMITTEE, ERR_NOT_ALLOWED},
        {"one of the committee", EXECUTIVE, COMMITTEE, {{0xb}}, STANDING_COMMITTEE, ERR_OK},
        {"a member of the branch whose committee meets",
         EXECUTIVE,
         COMMITTEE,
         {{0xb}},
         STANDING_MEMBER,
         ERR_NOT_ALLOWED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting meeting = meeting_of(SCHEDULED);
        const struct meeting_actor actor = {.id = CASES[i].member, .standing = CASES[i].standing};
        meeting.kind = (Pb__MeetingKind)CASES[i].kind;
        meeting.participants = (Pb__Participants)CASES[i].participants;
        meeting.participant_ids = &A;
        meeting.n_participants = CASES[i].participants == NAMED;
        if (meeting_check(&meeting, &actor, &ROLL_CHECK_IN_NOW, HOUR) != CASES[i].expected ||
            meeting_check(&meeting, &actor, &ROLL_REPORT_ABSENCE, HOUR - 1) != CASES[i].expected)
            fail_msg("%s: expected %s", CASES[i].who, err_word(CASES[i].expected));
    }
}

static void test_the_windows_of_the_roll(void **state)
{
    (void)state;
    const int64_t hour_us = local(2026, 12, 4, 19), early_us = hour_us - 30 * CLOCK_MINUTE_US,
                  over_us = hour_us + 2 * CLOCK_HOUR_US, week_us = 7 * CLOCK_DAY_US;
    const struct {
        const struct meeting_action *action;
        unsigned standing;
        int state;
        int64_t now_us;
        enum err expected;
    } CASES[] = {
        {&ROLL_CALL, STANDING_SECRETARY, SCHEDULED, early_us - 1, ERR_WRONG_STATE},
        {&ROLL_CALL, STANDING_SECRETARY, SCHEDULED, early_us, ERR_OK},
        {&ROLL_CALL, STANDING_SECRETARY, HELD, over_us + week_us - 1, ERR_OK},
        {&ROLL_CALL, STANDING_SECRETARY, HELD, over_us + week_us, ERR_WRONG_STATE},
        {&ROLL_CALL, STANDING_MEMBER, SCHEDULED, hour_us, ERR_NOT_ALLOWED},
        {&ROLL_CHECK_IN_NOW, STANDING_MEMBER, SCHEDULED, early_us - 1, ERR_WRONG_STATE},
        {&ROLL_CHECK_IN_NOW, STANDING_MEMBER, SCHEDULED, hour_us + CLOCK_HOUR_US, ERR_OK},
        {&ROLL_CHECK_IN_NOW, STANDING_MEMBER, HELD, hour_us + CLOCK_HOUR_US, ERR_WRONG_STATE},
        {&ROLL_SHOW_CODE, STANDING_MEMBER, SCHEDULED, hour_us, ERR_NOT_ALLOWED},
        {&ROLL_REPORT_ABSENCE, STANDING_MEMBER, SCHEDULED, hour_us - 1, ERR_OK},
        {&ROLL_REPORT_ABSENCE, STANDING_MEMBER, SCHEDULED, hour_us, ERR_WRONG_STATE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting meeting = meeting_of(CASES[i].state);
        const struct meeting_actor actor = {.standing = CASES[i].standing};
        meeting.starts_at_us = hour_us;
        meeting.held_at_us = CASES[i].state == HELD ? over_us : 0;
        if (meeting_check(&meeting, &actor, CASES[i].action, CASES[i].now_us) != CASES[i].expected)
            fail_msg("%zu (%s): expected %s", i, CASES[i].action->word, err_word(CASES[i].expected));
    }
}

/* --- codes -------------------------------------------------------------------------------------------------------- */

static void test_a_code_is_good_for_thirty_seconds_at_most(void **state)
{
    (void)state;
    static const struct check_in_key KEY = {{1, 2, 3}}, OTHER_KEY = {{1, 2, 4}};
    static const struct uuid MEETING = {{3}}, OTHER = {{5}};
    const int64_t shown_us = local(2026, 12, 4, 19);
    char code[CHECK_IN_CHARACTERS + 1], other[CHECK_IN_CHARACTERS + 1];
    assert_int_equal(check_in_code(&KEY, &MEETING, shown_us, code), shown_us + 15 * CLOCK_SECOND_US);
    check_in_code(&KEY, &OTHER, shown_us, other);
    const struct {
        const char *what, *code;
        const struct check_in_key *key;
        int64_t after_s, off_s;
        enum err expected;
    } CASES[] = {
        {"at once", code, &KEY, 0, 0, ERR_OK},
        {"the window before", code, &KEY, 29, 0, ERR_OK},
        {"a photo, sent home", code, &KEY, 30, 0, ERR_CHECK_IN_CODE_EXPIRED},
        {"minutes later", code, &KEY, 240, 0, ERR_CHECK_IN_CODE_EXPIRED},
        {"an hour later", code, &KEY, 3600, 0, ERR_CHECK_IN_CODE_WRONG},
        {"shown a moment ahead", code, &KEY, -1, 0, ERR_OK},
        {"another meeting's", other, &KEY, 0, 0, ERR_CHECK_IN_CODE_WRONG},
        {"of another secret", code, &OTHER_KEY, 0, 0, ERR_CHECK_IN_CODE_WRONG},
        {"nothing", "", &KEY, 0, 0, ERR_CHECK_IN_CODE_WRONG},
        {"too long", "0123456789", &KEY, 0, 0, ERR_CHECK_IN_CODE_WRONG},
        {"a clock that is a little off", code, &KEY, 0, 300, ERR_OK},
        {"a clock that is wrong", code, &KEY, 0, 301, ERR_CLOCK_WRONG},
        {"a clock that is behind", code, &KEY, 0, -301, ERR_CLOCK_WRONG},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        int64_t now_us = shown_us + CASES[i].after_s * CLOCK_SECOND_US;
        enum err err = check_in_verify(CASES[i].key, &MEETING, CASES[i].code, now_us + CASES[i].off_s * CLOCK_SECOND_US,
                                       now_us);
        if (err != CASES[i].expected)
            fail_msg("%s: %s", CASES[i].what, err_word(err));
    }
}

static void test_a_code_may_be_typed_in_groups_and_in_lower_case(void **state)
{
    (void)state;
    static const struct check_in_key KEY = {{1}};
    static const struct uuid MEETING = {{3}};
    char code[CHECK_IN_CHARACTERS + 1], typed[CHECK_IN_CHARACTERS + 3];
    check_in_code(&KEY, &MEETING, 0, code);
    snprintf(typed, sizeof typed, "%.4s-%s ", code, code + 4);
    for (char *c = typed; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
    assert_int_equal(check_in_verify(&KEY, &MEETING, typed, 0, 0), ERR_OK);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_whoever_belonged_at_the_meetings_hour_is_on_its_roll),
        CASE(test_of_an_executive_meeting_the_committee_is_exempt_or_not),
        CASE(test_of_a_meeting_with_named_participants_they_are),
        CASE(test_all_present_but_one_leaves_the_exempt_alone),
        CASE(test_the_rest_are_those_of_whom_nobody_spoke_by_name),
        CASE(test_a_reason_that_is_recorded_stays_while_none_is_given),
        CASE(test_entries_that_cannot_be_are_named),
        CASE(test_an_absence_that_was_reported_stays_excused_and_overrides_nothing),
        CASE(test_whoever_checks_in_is_present_whatever_was_said),
        CASE(test_a_roll_that_is_frozen_does_not_follow_the_records),
        CASE(test_whoever_is_asked_to_come_speaks_for_himself),
        CASE(test_the_windows_of_the_roll),
        CASE(test_a_code_is_good_for_thirty_seconds_at_most),
        CASE(test_a_code_may_be_typed_in_groups_and_in_lower_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
