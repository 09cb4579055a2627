/* services/meeting/meeting/meeting_access.h: who may do what, by table (ACCESS.md, rows meeting.* and comment.*). */
#include "test.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "services/directory/directory.h"
#include "services/meeting/comment/comment.h"
#include "services/meeting/meeting/meeting_access.h"

enum {
    DRAFT = PB__MEETING_STATE__MEETING_STATE_DRAFT,
    SCHEDULED = PB__MEETING_STATE__MEETING_STATE_SCHEDULED,
    HELD = PB__MEETING_STATE__MEETING_STATE_HELD,
    CANCELLED = PB__MEETING_STATE__MEETING_STATE_CANCELLED
};
enum { REGULAR = PB__MEETING_KIND__MEETING_KIND_REGULAR, EXECUTIVE = PB__MEETING_KIND__MEETING_KIND_EXECUTIVE };

static struct meeting meeting_of(int kind, int state)
{
    return (struct meeting){.id = {{3}},
                            .organization = {{4}},
                            .version = 5,
                            .kind = (Pb__MeetingKind)kind,
                            .starts_at_us = 1,
                            .state = (Pb__MeetingState)state};
}

static void test_visible_then_role_then_state(void **state)
{
    (void)state;
    enum {
        MEMBER = STANDING_MEMBER,
        SECRETARY = STANDING_MEMBER | STANDING_SECRETARY,
        DEPUTY = STANDING_DEPUTY,
        COMMITTEE = STANDING_COMMITTEE,
        ABOVE = STANDING_ABOVE,
        OFFICER = STANDING_OFFICER,
        OFFICER_HERE = STANDING_OFFICER | STANDING_OFFICER_HERE,
        ADMIN = STANDING_ADMIN
    };
    static const struct {
        const char *who;
        unsigned standing;
        int kind, state;
        const struct meeting_action *action;
        enum err expected;
    } CASES[] = {
        {"a secretary edits a draft", SECRETARY, REGULAR, DRAFT, &MEETING_EDIT, ERR_OK},
        {"a deputy edits a draft", DEPUTY, REGULAR, DRAFT, &MEETING_EDIT, ERR_OK},
        {"a member knows of no draft", MEMBER, REGULAR, DRAFT, &MEETING_EDIT, ERR_NOT_FOUND},
        {"an officer above knows of no draft", OFFICER, REGULAR, DRAFT, &MEETING_EDIT, ERR_NOT_FOUND},
        {"a member sees it, and may not edit", MEMBER, REGULAR, SCHEDULED, &MEETING_EDIT, ERR_NOT_ALLOWED},
        {"an officer above sees it, and may not edit", OFFICER, REGULAR, SCHEDULED, &MEETING_EDIT, ERR_NOT_ALLOWED},
        {"an officer convenes no regular meeting", OFFICER_HERE, REGULAR, SCHEDULED, &MEETING_CANCEL, ERR_NOT_ALLOWED},
        {"a secretary above sees nothing below", ABOVE, REGULAR, SCHEDULED, &MEETING_EDIT, ERR_NOT_FOUND},
        {"an administrator sees no meeting", ADMIN, REGULAR, SCHEDULED, &MEETING_EDIT, ERR_NOT_FOUND},
        {"an outsider sees nothing", 0, REGULAR, SCHEDULED, &COMMENT_MAKE, ERR_NOT_FOUND},
        {"what was held is not edited", SECRETARY, REGULAR, HELD, &MEETING_EDIT, ERR_WRONG_STATE},
        {"what was cancelled is not edited", SECRETARY, REGULAR, CANCELLED, &MEETING_EDIT, ERR_WRONG_STATE},
        {"what is published is not published again", SECRETARY, REGULAR, SCHEDULED, &MEETING_PUBLISH, ERR_WRONG_STATE},
        {"a published meeting is not deleted", SECRETARY, REGULAR, SCHEDULED, &MEETING_DELETE, ERR_WRONG_STATE},
        {"a draft is not cancelled", SECRETARY, REGULAR, DRAFT, &MEETING_CANCEL, ERR_WRONG_STATE},
        {"a published meeting is cancelled", SECRETARY, REGULAR, SCHEDULED, &MEETING_CANCEL, ERR_OK},
        {"a member comments", MEMBER, REGULAR, SCHEDULED, &COMMENT_MAKE, ERR_OK},
        {"role goes before state", MEMBER, REGULAR, CANCELLED, &MEETING_EDIT, ERR_NOT_ALLOWED},
        {"nobody comments on what was cancelled", MEMBER, REGULAR, CANCELLED, &COMMENT_MAKE, ERR_WRONG_STATE},
        {"an officer above does not comment", OFFICER, REGULAR, SCHEDULED, &COMMENT_MAKE, ERR_NOT_ALLOWED},
        {"a member does not enter others' words", MEMBER, REGULAR, SCHEDULED, &COMMENT_ENTER, ERR_NOT_ALLOWED},
        {"a member does not answer", MEMBER, REGULAR, SCHEDULED, &COMMENT_ANSWER, ERR_NOT_ALLOWED},
        {"an officer convenes executive meetings", OFFICER_HERE, EXECUTIVE, DRAFT, &MEETING_PUBLISH, ERR_OK},
        {"an officer above knows of no executive draft", OFFICER, EXECUTIVE, DRAFT, &MEETING_PUBLISH, ERR_NOT_FOUND},
        {"a committee member comments on executive meetings", COMMITTEE, EXECUTIVE, SCHEDULED, &COMMENT_MAKE, ERR_OK},
        {"a committee member sees no regular meeting", COMMITTEE, REGULAR, SCHEDULED, &COMMENT_MAKE, ERR_NOT_FOUND},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting meeting = meeting_of(CASES[i].kind, CASES[i].state);
        struct meeting_actor actor = {.standing = CASES[i].standing};
        if (meeting_check(&meeting, &actor, CASES[i].action, 0) != CASES[i].expected)
            fail_msg("%s: expected %s", CASES[i].who, err_word(CASES[i].expected));
    }
}

static void test_a_meeting_is_held_from_its_hour_on_and_reopened_in_time(void **state)
{
    (void)state;
    enum { SECRETARY = STANDING_MEMBER | STANDING_SECRETARY, HOUR = 1000, OVER = 2000 };
    const int64_t week_us = MEETING_OPEN_DAYS * CLOCK_DAY_US;
    const struct {
        const char *what;
        unsigned standing;
        int state;
        const struct meeting_action *action;
        int64_t now_us;
        enum err expected;
    } CASES[] = {
        {"it has not begun", SECRETARY, SCHEDULED, &MEETING_HOLD, HOUR - 1, ERR_WRONG_STATE},
        {"it has begun", SECRETARY, SCHEDULED, &MEETING_HOLD, HOUR, ERR_OK},
        {"long after", SECRETARY, SCHEDULED, &MEETING_HOLD, HOUR + 60 * CLOCK_DAY_US, ERR_OK},
        {"a draft", SECRETARY, DRAFT, &MEETING_HOLD, HOUR, ERR_WRONG_STATE},
        {"held already", SECRETARY, HELD, &MEETING_HOLD, HOUR, ERR_WRONG_STATE},
        {"a member", STANDING_MEMBER, SCHEDULED, &MEETING_HOLD, HOUR, ERR_NOT_ALLOWED},
        {"an officer above", STANDING_OFFICER, SCHEDULED, &MEETING_HOLD, HOUR, ERR_NOT_ALLOWED},
        {"cancelled, its hour is ahead", SECRETARY, CANCELLED, &MEETING_REOPEN, HOUR - 1, ERR_OK},
        {"cancelled, its hour has come", SECRETARY, CANCELLED, &MEETING_REOPEN, HOUR, ERR_WRONG_STATE},
        {"held within seven days", SECRETARY, HELD, &MEETING_REOPEN, OVER + week_us - 1, ERR_OK},
        {"held seven days ago", SECRETARY, HELD, &MEETING_REOPEN, OVER + week_us, ERR_WRONG_STATE},
        {"scheduled still", SECRETARY, SCHEDULED, &MEETING_REOPEN, HOUR, ERR_WRONG_STATE},
        {"a member reopens nothing", STANDING_MEMBER, HELD, &MEETING_REOPEN, OVER, ERR_NOT_ALLOWED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting meeting = meeting_of(REGULAR, CASES[i].state);
        struct meeting_actor actor = {.standing = CASES[i].standing};
        meeting.starts_at_us = HOUR;
        meeting.held_at_us = CASES[i].state == HELD ? OVER : 0;
        if (meeting_check(&meeting, &actor, CASES[i].action, CASES[i].now_us) != CASES[i].expected)
            fail_msg("%s: expected %s", CASES[i].what, err_word(CASES[i].expected));
    }
}

static void test_suspended_members_read_and_do_not_write(void **state)
{
    (void)state;
    struct meeting meeting = meeting_of(REGULAR, SCHEDULED);
    struct meeting_actor actor = {.standing = STANDING_MEMBER, .is_suspended = true};
    assert_true(meeting_may_read(&meeting, &actor));
    assert_int_equal(meeting_check(&meeting, &actor, &COMMENT_MAKE, 0), ERR_NOT_ALLOWED);
}

static void test_officers_above_see_the_header_only(void **state)
{
    (void)state;
    struct meeting meeting = meeting_of(REGULAR, SCHEDULED);
    struct meeting_actor actor = {.standing = STANDING_OFFICER};
    assert_true(meeting_may_read_header(&meeting, &actor));
    assert_false(meeting_may_read(&meeting, &actor));
}

static void test_what_does_not_exist_is_not_found(void **state)
{
    (void)state;
    struct meeting nothing = {.version = 0};
    struct meeting_actor secretary = {.standing = STANDING_SECRETARY};
    assert_int_equal(meeting_check(&nothing, &secretary, &MEETING_EDIT, 0), ERR_NOT_FOUND);
    assert_int_equal(meeting_check(NULL, &secretary, &MEETING_EDIT, 0), ERR_NOT_FOUND);
}

/* Whatever the hour: officers of what they convene, secretaries within a day, nobody else. */
static void test_urgent_is_for_officers_and_for_secretaries_within_a_day(void **state)
{
    (void)state;
    static const struct {
        unsigned standing;
        Pb__MeetingKind kind;
        int hours;
        bool may;
    } ROWS[] = {
        {STANDING_SECRETARY, PB__MEETING_KIND__MEETING_KIND_REGULAR, 23, true},
        {STANDING_SECRETARY, PB__MEETING_KIND__MEETING_KIND_REGULAR, 24, false},
        {STANDING_DEPUTY, PB__MEETING_KIND__MEETING_KIND_REGULAR, 23, false},
        {STANDING_OFFICER | STANDING_OFFICER_HERE, PB__MEETING_KIND__MEETING_KIND_EXECUTIVE, 72, true},
        {STANDING_OFFICER, PB__MEETING_KIND__MEETING_KIND_EXECUTIVE, 23, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        const struct meeting_actor actor = {.standing = ROWS[i].standing};
        int64_t starts_at_us = ROWS[i].hours * (int64_t)3600 * 1000000;
        assert_int_equal(meeting_may_be_urgent(ROWS[i].kind, starts_at_us, &actor, 0), ROWS[i].may);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_visible_then_role_then_state),
        cmocka_unit_test(test_urgent_is_for_officers_and_for_secretaries_within_a_day),
        cmocka_unit_test(test_a_meeting_is_held_from_its_hour_on_and_reopened_in_time),
        cmocka_unit_test(test_suspended_members_read_and_do_not_write),
        cmocka_unit_test(test_officers_above_see_the_header_only),
        cmocka_unit_test(test_what_does_not_exist_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
