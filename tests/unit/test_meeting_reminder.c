/* services/meeting/reminder/reminder.h: which branches are reminded of what, and which are left out why, by table. */
#include "meeting_help.h"

#include "services/directory/directory.h"
#include "services/meeting/reminder/coming.h"
#include "services/meeting/reminder/prompt.h"
#include "services/meeting/reminder/reminder_ask.h"

#define DECEMBER (2026 * 12 + 11)
enum {
    REGISTER = PB__REMINDER_KIND__REMINDER_KIND_NOT_REGISTERED,
    HOLD = PB__REMINDER_KIND__REMINDER_KIND_NOT_HELD,
    SETTLE = PB__REMINDER_KIND__REMINDER_KIND_RESOLUTION_OVERDUE,
};
enum {
    DONE = PB__SKIP_REASON__SKIP_REASON_ALREADY_DONE,
    NOT_DUE = PB__SKIP_REASON__SKIP_REASON_NOT_DUE,
    REMINDED = PB__SKIP_REASON__SKIP_REASON_REMINDED,
    NO_SECRETARY = PB__SKIP_REASON__SKIP_REASON_NO_SECRETARY,
    GOES = -1,
};
enum { NO_MEETING = -1 };

/* What is made of a branch that has its secretary; his meeting is on 4 December at 19:00. */
static struct reminder_branch branch_of(int state)
{
    return (struct reminder_branch){.id = {{1}},
                                    .has_meeting = state != NO_MEETING,
                                    .state = (Pb__MeetingState)(state == NO_MEETING ? 0 : state),
                                    .starts_at_us = state == NO_MEETING ? 0 : local(2026, 12, 4, 19),
                                    .resolution_due_at_us = state == HELD ? local(2026, 12, 7, 0) - CLOCK_SECOND_US : 0,
                                    .heads = 1};
}

static int verdict(const struct reminder_branch *branch, int kind, int64_t now_us)
{
    const struct reminder_ask ask = {.month = DECEMBER, .kind = (Pb__ReminderKind)kind, .now_us = now_us};
    Pb__SkipReason reason;
    return reminder_reaches(branch, &ask, &reason) ? GOES : (int)reason;
}

static void test_nobody_is_reminded_before_the_deadline_or_after_doing_it(void **state)
{
    (void)state;
    const int64_t due_us = local(2026, 11, 21, 0); /* the first moment behind the day of registration */
    const struct {
        const char *what;
        int kind, meeting;
        int64_t now_us;
        int expected;
    } CASES[] = {
        {"in the last second of the day", REGISTER, NO_MEETING, due_us - 1, NOT_DUE},
        {"when the day is over", REGISTER, NO_MEETING, due_us, GOES},
        {"a draft is no registration", REGISTER, DRAFT, due_us, GOES},
        {"a draft before the deadline", REGISTER, DRAFT, due_us - 1, NOT_DUE},
        {"registered, on time or late", REGISTER, SCHEDULED, due_us, DONE},
        {"held already", REGISTER, HELD, due_us, DONE},
        {"the meeting's own evening", HOLD, SCHEDULED, local(2026, 12, 4, 23), NOT_DUE},
        {"the day behind the meeting", HOLD, SCHEDULED, local(2026, 12, 5, 0), GOES},
        {"held", HOLD, HELD, local(2026, 12, 5, 0), DONE},
        {"a draft whose hour has passed", HOLD, DRAFT, local(2026, 12, 5, 0), NOT_DUE},
        {"no meeting at all", HOLD, NO_MEETING, local(2027, 1, 5, 0), NOT_DUE},
        {"the last second for the resolution", SETTLE, HELD, local(2026, 12, 7, 0) - 1, NOT_DUE},
        {"the resolution is overdue", SETTLE, HELD, local(2026, 12, 7, 0), GOES},
        {"not held yet, so nothing is owed", SETTLE, SCHEDULED, local(2026, 12, 9, 0), NOT_DUE},
        {"no meeting, no resolution", SETTLE, NO_MEETING, local(2026, 12, 9, 0), NOT_DUE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct reminder_branch branch = branch_of(CASES[i].meeting);
        if (verdict(&branch, CASES[i].kind, CASES[i].now_us) != CASES[i].expected)
            fail_msg("%s", CASES[i].what);
    }
    struct reminder_branch settled = branch_of(HELD);
    settled.is_settled = true;
    assert_int_equal(verdict(&settled, SETTLE, local(2026, 12, 9, 0)), DONE);
}

static void test_a_month_that_is_over_is_registered_no_more(void **state)
{
    (void)state;
    struct reminder_ask ask = {.month = DECEMBER, .kind = (Pb__ReminderKind)REGISTER, .now_us = local(2027, 1, 7, 23)};
    assert_true(reminder_is_possible(&ask)); /* December's meeting may be on 7 January */
    ask.now_us = local(2027, 1, 8, 0);
    assert_false(reminder_is_possible(&ask));
    ask.kind = (Pb__ReminderKind)SETTLE;
    assert_true(reminder_is_possible(&ask));
}

static void test_nobody_is_reminded_twice_in_72_hours(void **state)
{
    (void)state;
    struct reminder_branch branch = branch_of(NO_MEETING);
    branch.reminded_at_us = local(2026, 11, 21, 8);
    assert_int_equal(verdict(&branch, REGISTER, local(2026, 11, 24, 8) - 1), REMINDED);
    assert_int_equal(verdict(&branch, REGISTER, local(2026, 11, 24, 8)), GOES);
    branch.heads = 0;
    assert_int_equal(verdict(&branch, REGISTER, local(2026, 11, 24, 8)), NO_SECRETARY);
}

static void test_a_branch_is_late_by_its_own_rules(void **state)
{
    (void)state;
    static const struct uuid PATH[] = {{{0xc1}}, {{1}}};
    Pb__RuleValues values = PB__RULE_VALUES__INIT;
    values.has_registration_day = true;
    values.registration_day = 25;
    Pb__DirectoryRules__Version version = PB__DIRECTORY_RULES__VERSION__INIT, *versions[] = {&version};
    version.organization_id = uuid_to_pb(ctx, &PATH[0]);
    version.values = &values;
    Pb__DirectoryRules rules = PB__DIRECTORY_RULES__INIT;
    rules.n_versions = 1;
    rules.versions = versions;
    struct reminder_branch branch = branch_of(NO_MEETING);
    branch.path = PATH;
    branch.n_path = ARRAY_LENGTH(PATH);
    branch.rules = &rules;
    assert_int_equal(verdict(&branch, REGISTER, local(2026, 11, 25, 23)), NOT_DUE);
    assert_int_equal(verdict(&branch, REGISTER, local(2026, 11, 26, 0)), GOES);
}

static void test_who_is_left_out_is_told_first_of_whom_something_can_be_done(void **state)
{
    (void)state;
    enum { N = REMINDER_SKIPPED_SHOWN + 4 };
    struct reminder_branch *branches = mem_array(ctx, struct reminder_branch, N);
    for (size_t i = 0; i < N; i++)
        branches[i] = branch_of(SCHEDULED);
    branches[1] = branches[2] = branches[3] = branch_of(NO_MEETING);
    branches[1].heads = 3;
    branches[2].reminded_at_us = local(2026, 11, 21, 8);
    branches[3].heads = 0;
    branches[3].id = (struct uuid){{3}};
    const struct reminder_ask ask = {.month = DECEMBER, .now_us = local(2026, 11, 21, 9)};
    struct reminder_choice choice;
    reminder_choose(ctx, branches, N, &ask, &choice);
    assert_int_equal(choice.n_branches, 1);
    assert_int_equal(choice.recipients, 3);
    assert_int_equal(choice.skipped_total, N - 1);
    assert_int_equal(choice.n_skipped, REMINDER_SKIPPED_SHOWN);
    assert_int_equal(choice.skipped[0].reason, NO_SECRETARY);
    assert_memory_equal(&choice.skipped[0].branch, &branches[3].id, sizeof branches[3].id);
    assert_int_equal(choice.skipped[1].reason, REMINDED);
    assert_int_equal(choice.skipped[REMINDER_SKIPPED_SHOWN - 1].reason, DONE);
}

static void test_named_branches_are_branches_below(void **state)
{
    (void)state;
    const struct reminder_branch branches[] = {branch_of(NO_MEETING)};
    const struct uuid named[] = {branches[0].id, {{9}}};
    struct reminder_ask ask = {.month = DECEMBER, .named = named, .n_named = 2, .now_us = local(2026, 11, 21, 9)};
    struct reminder_choice choice;
    assert_int_equal(reminder_judge(ctx, &ask, branches, 1, &problems, &choice), ERR_INVALID);
    assert_problem("/organization_ids/1", ERR_FIELD_UNKNOWN_ID);
    problems.n = 0;
    ask.n_named = 1;
    assert_int_equal(reminder_judge(ctx, &ask, branches, 1, &problems, &choice), ERR_OK);
    assert_int_equal(choice.n_branches, 1);
    assert_int_equal(reminder_judge(ctx, &ask, branches, REMINDER_BRANCHES_LIMIT + 1, &problems, &choice),
                     ERR_LIMIT_REACHED);
}

static void test_heads_of_the_organisation_and_officers_over_it_remind(void **state)
{
    (void)state;
    const struct {
        unsigned standing;
        bool is_suspended, may;
    } CASES[] = {
        {STANDING_SECRETARY, false, true},  {STANDING_DEPUTY, false, true},    {STANDING_OFFICER, false, true},
        {STANDING_COMMITTEE, false, false}, {STANDING_MEMBER, false, false},   {STANDING_ADMIN, false, false},
        {STANDING_ABOVE, false, false},     {STANDING_SECRETARY, true, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct meeting_actor actor = {.standing = CASES[i].standing, .is_suspended = CASES[i].is_suspended};
        assert_int_equal(reminder_may_send(&actor), CASES[i].may);
    }
}

static void test_words_say_who_reminds_and_of_which_month(void **state)
{
    (void)state;
    static const int KINDS[] = {REGISTER, HOLD, SETTLE};
    for (size_t i = 0; i < ARRAY_LENGTH(KINDS); i++) {
        const struct reminder_ask ask = {.month = DECEMBER, .kind = (Pb__ReminderKind)KINDS[i]};
        const struct reminder_words words = reminder_words(ctx, &ask, "Đảng ủy phường");
        assert_non_null(strstr(words.title, "12/2026"));
        assert_ptr_equal(strstr(words.body, "Đảng ủy phường đề nghị "), words.body);
        assert_non_null(strstr(words.body, "12/2026"));
    }
}

/* --- what days remind of ------------------------------------------------------------------------------------------ */

#define DAY(year, month, day) clock_date_join(year, month, day)

enum { NOTHING = -1, JANUARY = DECEMBER + 1 };

/* What the branch hears in that morning, which is one thing at most here. */
static struct prompt_group heard(const struct prompt_branch *branch, int32_t day)
{
    struct prompt_groups groups = {.ctx = ctx};
    prompt_judge(&groups, branch, day, prompt_due_us(day));
    assert_true(groups.items.n <= 1);
    return groups.items.n == 1 ? groups.items.items[0] : (struct prompt_group){.prompt = (enum prompt)NOTHING};
}

static void test_days_remind_of_a_registration_five_days_before_on_the_day_and_after_it(void **state)
{
    (void)state;
    const struct {
        int32_t day;
        int32_t registered; /* a month; 0: none */
        int expected;
        int32_t month;
    } CASES[] = {
        {DAY(2026, 11, 14), 0, NOTHING, 0},
        {DAY(2026, 11, 15), 0, PROMPT_DRAFT_READY, DECEMBER},
        {DAY(2026, 11, 15), DECEMBER, NOTHING, 0},
        {DAY(2026, 11, 19), 0, NOTHING, 0},
        {DAY(2026, 11, 20), 0, PROMPT_REGISTER_DUE, DECEMBER},
        {DAY(2026, 11, 20), DECEMBER, NOTHING, 0},
        {DAY(2026, 11, 23), 0, PROMPT_REGISTER_LATE, DECEMBER},
        {DAY(2026, 11, 27), 0, PROMPT_REGISTER_LATE, DECEMBER},
        {DAY(2026, 11, 28), 0, NOTHING, 0},
        {DAY(2026, 12, 20), DECEMBER, PROMPT_REGISTER_DUE, JANUARY},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct prompt_meeting meeting = {.month = CASES[i].registered, .is_held = true};
        const struct prompt_branch branch = {.id = {{1}}, .meetings = &meeting, .n_meetings = 1};
        const struct prompt_group group = heard(&branch, CASES[i].day);
        if ((int)group.prompt != CASES[i].expected || (CASES[i].month && group.month != CASES[i].month))
            fail_msg("case %zu", i);
    }
}

static void test_a_day_speaks_in_its_morning_or_later_but_not_in_its_evening(void **state)
{
    (void)state;
    const int32_t day = DAY(2026, 11, 20);
    assert_int_equal(prompt_due_us(day), local(2026, 11, 20, 7));
    assert_true(prompt_is_timely(day, local(2026, 11, 20, 7) - 1)); /* the broker's clock may be a moment behind */
    assert_true(prompt_is_timely(day, local(2026, 11, 20, 7)));
    assert_false(prompt_is_timely(day, local(2026, 11, 19, 19)));
    assert_true(prompt_is_timely(day, local(2026, 11, 20, 20) - 1));
    assert_false(prompt_is_timely(day, local(2026, 11, 20, 20)));
    assert_false(prompt_is_timely(day, local(2026, 11, 23, 8))); /* after three days of downtime */
}

static void test_days_remind_of_a_resolution_on_its_last_day_and_after_it(void **state)
{
    (void)state;
    const struct {
        int32_t day;
        bool is_owed;
        int expected;
    } CASES[] = {
        {DAY(2026, 12, 5), true, NOTHING},
        {DAY(2026, 12, 6), true, PROMPT_SETTLE_DUE},
        {DAY(2026, 12, 6), false, NOTHING},
        {DAY(2026, 12, 9), true, PROMPT_SETTLE_LATE},
        {DAY(2026, 12, 13), true, PROMPT_SETTLE_LATE},
        {DAY(2026, 12, 14), true, NOTHING},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct prompt_meeting meetings[] = {
            {.month = DECEMBER,
             .is_held = true,
             .starts_at_us = local(2026, 12, 4, 19),
             .settle_due_us = CASES[i].is_owed ? local(2026, 12, 7, 0) - CLOCK_SECOND_US : 0},
            {.month = JANUARY, .starts_at_us = local(2027, 1, 4, 19)}};
        const struct prompt_branch branch = {.id = {{1}}, .meetings = meetings, .n_meetings = 2};
        if ((int)heard(&branch, CASES[i].day).prompt != CASES[i].expected)
            fail_msg("case %zu", i);
    }
}

/* Of an organisation whose rules say so: two days before, three days behind a meeting that nobody has said was held. */
static void test_rules_say_of_what_and_when_days_remind(void **state)
{
    (void)state;
    static const struct uuid WARD = {{0xa1}};
    static struct uuid path[] = {{{0xa1}}, {{1}}};
    Pb__RuleReminder two_days_before = PB__RULE_REMINDER__INIT, three_behind = PB__RULE_REMINDER__INIT;
    Pb__RuleReminder *reminders[] = {&two_days_before, &three_behind};
    Pb__RuleValues values = PB__RULE_VALUES__INIT;
    Pb__DirectoryRules__Version version = PB__DIRECTORY_RULES__VERSION__INIT, *versions[] = {&version};
    Pb__DirectoryRules rules = PB__DIRECTORY_RULES__INIT;
    two_days_before.kind = (Pb__ReminderKind)REGISTER;
    two_days_before.offset_hours = -48;
    three_behind.kind = (Pb__ReminderKind)HOLD;
    three_behind.offset_hours = 72;
    values.has_sets_reminders = values.sets_reminders = true;
    values.reminders = reminders;
    values.n_reminders = ARRAY_LENGTH(reminders);
    version.organization_id = uuid_to_pb(ctx, &WARD);
    version.values = &values;
    rules.versions = versions;
    rules.n_versions = 1;

    const struct prompt_meeting meeting = {.month = DECEMBER, .starts_at_us = local(2026, 12, 4, 19)};
    struct prompt_branch branch = {.id = {{1}}, .path = path, .n_path = ARRAY_LENGTH(path), .rules = &rules};
    assert_int_equal(heard(&branch, DAY(2026, 11, 18)).prompt, PROMPT_REGISTER_DUE);
    assert_int_equal(heard(&branch, DAY(2026, 11, 18)).last, DAY(2026, 11, 20));
    assert_int_equal((int)heard(&branch, DAY(2026, 11, 20)).prompt, NOTHING);
    assert_int_equal(heard(&branch, DAY(2026, 11, 15)).prompt, PROMPT_DRAFT_READY); /* no reminder, a service */
    branch.meetings = &meeting;
    branch.n_meetings = 1;
    assert_int_equal((int)heard(&branch, DAY(2026, 12, 4)).prompt, NOTHING);
    assert_int_equal(heard(&branch, DAY(2026, 12, 7)).prompt, PROMPT_HOLD_LATE);
    values.n_reminders = 0;
    assert_int_equal((int)heard(&branch, DAY(2026, 12, 7)).prompt, NOTHING);
}

static void test_those_who_hear_the_same_hear_it_together(void **state)
{
    (void)state;
    static struct uuid path[] = {{{0xc1}}};
    const struct prompt_meeting meeting = {.month = DECEMBER};
    struct prompt_branch a = {.id = {{1}}, .path = path, .n_path = 1}, b = {.id = {{2}}, .path = path, .n_path = 1},
                         c = {.id = {{3}}, .path = path, .n_path = 1, .meetings = &meeting, .n_meetings = 1};
    struct prompt_groups groups = {.ctx = ctx};
    prompt_judge(&groups, &a, DAY(2026, 11, 20), prompt_due_us(DAY(2026, 11, 20)));
    prompt_judge(&groups, &c, DAY(2026, 11, 20), prompt_due_us(DAY(2026, 11, 20)));
    prompt_judge(&groups, &b, DAY(2026, 11, 20), prompt_due_us(DAY(2026, 11, 20)));
    assert_int_equal(groups.items.n, 1);
    assert_int_equal(groups.items.items[0].branches.n, 2);
    assert_memory_equal(&groups.items.items[0].branches.items[1], &b.id, sizeof b.id);
}

static void test_words_name_the_month_and_where_it_helps_the_last_day(void **state)
{
    (void)state;
    for (enum prompt prompt = PROMPT_DRAFT_READY; prompt <= PROMPT_SETTLE_LATE; prompt++) {
        const struct prompt_group group = {.prompt = prompt, .month = DECEMBER, .last = DAY(2026, 11, 20)};
        const struct reminder_words words = prompt_words(ctx, &group);
        bool is_late = prompt == PROMPT_REGISTER_LATE || prompt == PROMPT_HOLD_LATE || prompt == PROMPT_SETTLE_LATE;
        assert_non_null(strstr(words.title, "tháng 12/2026"));
        assert_int_equal(strstr(words.title, "ngày 20/11/2026") == NULL, is_late);
        assert_true(strlen(words.body) > 0);
    }
}

/* --- of a meeting that comes up ----------------------------------------------------------------------------------- */

static void test_a_timer_of_another_hour_or_of_what_is_over_says_nothing(void **state)
{
    (void)state;
    const int64_t at_us = local(2026, 12, 4, 19), before_us = local(2026, 12, 2, 19);
    const struct {
        const char *what;
        int state;
        int64_t of_us, now_us;
        bool expected;
    } CASES[] = {
        {"two days before", SCHEDULED, at_us, before_us, true},
        {"after an outage, while there is time", SCHEDULED, at_us, at_us - 1, true},
        {"it has begun", SCHEDULED, at_us, at_us, false},
        {"it was moved", SCHEDULED, at_us + 1, before_us, false},
        {"it was cancelled", CANCELLED, at_us, before_us, false},
        {"a draft again", DRAFT, at_us, before_us, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct meeting meeting = meeting_of(REGULAR, CASES[i].state);
        assert_int_equal(meeting_reminds_at_us(&meeting), before_us);
        if (coming_is_news(&meeting, CASES[i].of_us, CASES[i].now_us) != CASES[i].expected)
            fail_msg("%s", CASES[i].what);
    }
}

static void test_those_who_will_not_come_are_spared(void **state)
{
    (void)state;
    const struct meeting meeting = meeting_of(REGULAR, SCHEDULED);
    struct roll_person people[] = {
        {.id = {{1}}, .is_frozen = true, .frozen = ROLL_BASE},
        {.id = {{2}}, .is_frozen = true, .frozen = ROLL_EXEMPT},
        {.id = {{3}}, .is_frozen = true, .frozen = ROLL_NOT_ON_IT},
        {.id = {{4}}, .is_frozen = true, .frozen = ROLL_BASE},
    };
    const struct roll roll = {people, ARRAY_LENGTH(people)};
    const struct uuid *members;
    size_t n;
    assert_true(coming_members(ctx, &meeting, &roll, &members, &n));
    assert_int_equal(n, 0); /* all of them, whoever they are by then */
    people[3].mark = (struct roll_mark){.has_state = true, .state = PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXCUSED};
    assert_true(coming_members(ctx, &meeting, &roll, &members, &n));
    assert_int_equal(n, 2);
    assert_int_equal(members[0].bytes[0], 1);
    assert_int_equal(members[1].bytes[0], 2);
    people[1].mark = (struct roll_mark){
        .has_state = true, .state = PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXEMPT, .how = ROLL_ABSENCE};
    assert_true(coming_members(ctx, &meeting, &roll, &members, &n));
    assert_int_equal(n, 1);
    people[0].mark = people[3].mark;
    assert_false(coming_members(ctx, &meeting, &roll, &members, &n)); /* nobody is left */
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_nobody_is_reminded_before_the_deadline_or_after_doing_it),
        CASE(test_a_month_that_is_over_is_registered_no_more),
        CASE(test_nobody_is_reminded_twice_in_72_hours),
        CASE(test_a_branch_is_late_by_its_own_rules),
        CASE(test_who_is_left_out_is_told_first_of_whom_something_can_be_done),
        CASE(test_named_branches_are_branches_below),
        CASE(test_heads_of_the_organisation_and_officers_over_it_remind),
        CASE(test_words_say_who_reminds_and_of_which_month),
        CASE(test_days_remind_of_a_registration_five_days_before_on_the_day_and_after_it),
        CASE(test_a_day_speaks_in_its_morning_or_later_but_not_in_its_evening),
        CASE(test_days_remind_of_a_resolution_on_its_last_day_and_after_it),
        CASE(test_rules_say_of_what_and_when_days_remind),
        CASE(test_those_who_hear_the_same_hear_it_together),
        CASE(test_words_name_the_month_and_where_it_helps_the_last_day),
        CASE(test_a_timer_of_another_hour_or_of_what_is_over_says_nothing),
        CASE(test_those_who_will_not_come_are_spared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
