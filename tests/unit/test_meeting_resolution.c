/* services/meeting/resolution/resolution.h: which document settles a meeting, and when its resolution is late, by
 * table. */
#include "rules.h"

#include "common/base/array.h"
#include "services/directory/directory.h"
#include "services/meeting/resolution/resolution.h"

#include <string.h>

enum {
    SCHEDULED = PB__MEETING_STATE__MEETING_STATE_SCHEDULED,
    HELD = PB__MEETING_STATE__MEETING_STATE_HELD,
};
enum {
    REGULAR = PB__MEETING_KIND__MEETING_KIND_REGULAR,
    THEMATIC = PB__MEETING_KIND__MEETING_KIND_THEMATIC,
};
enum {
    RESOLUTION = PB__DOCUMENT_KIND__DOCUMENT_KIND_RESOLUTION,
    NEWS = PB__DOCUMENT_KIND__DOCUMENT_KIND_NEWS,
};

static const struct uuid BRANCH = {{4}}, OTHER = {{5}};

/* On 4 December 2026 at 19:00; two days are given. */
static struct meeting held(int kind)
{
    struct meeting meeting = {.id = {{3}},
                              .organization = BRANCH,
                              .version = 5,
                              .kind = (Pb__MeetingKind)kind,
                              .state = PB__MEETING_STATE__MEETING_STATE_HELD,
                              .starts_at_us = local(2026, 12, 4, 19)};
    meeting_owe_resolution(&meeting, 2, local(2026, 12, 4, 21));
    return meeting;
}

static struct document issued(int kind, const struct uuid *issuer, int64_t published_at_us)
{
    return (struct document){.id = {{0xd1}},
                             .has_kind = true,
                             .kind = (Pb__DocumentKind)kind,
                             .published_at_us = published_at_us,
                             .issuer = {.id = *issuer}};
}

static void test_it_is_due_at_the_end_of_a_day_of_regular_meetings_alone(void **state)
{
    (void)state;
    struct meeting regular = held(REGULAR), thematic = held(THEMATIC);
    assert_int_equal(regular.resolution.due_at_us, local(2026, 12, 7, 0) - CLOCK_SECOND_US);
    assert_false(regular.resolution.is_overdue);
    assert_false(meeting_owes_resolution(&thematic));
    assert_false(meeting_resolution_is_late(&thematic, local(2027, 1, 9, 8)));
    regular.starts_at_us = local(2026, 12, 31, 23); /* the year's last meeting */
    meeting_owe_resolution(&regular, 2, regular.starts_at_us);
    assert_int_equal(regular.resolution.due_at_us, local(2027, 1, 3, 0) - CLOCK_SECOND_US);
    meeting_owe_resolution(&regular, 2, local(2027, 1, 9, 8)); /* held long after its day */
    assert_true(regular.resolution.is_overdue);
}

static void test_it_falls_due_once_when_its_last_second_is_over(void **state)
{
    (void)state;
    struct meeting meeting = held(REGULAR), next;
    int64_t over_us = local(2026, 12, 7, 0);
    assert_false(resolution_fall_due(&meeting, over_us - 1, &next));
    assert_true(resolution_fall_due(&meeting, over_us, &next));
    assert_true(next.resolution.is_overdue);
    assert_int_equal(next.version, 6);
    assert_false(resolution_fall_due(&next, over_us, &next));
    meeting.state = PB__MEETING_STATE__MEETING_STATE_SCHEDULED; /* reopened meanwhile */
    assert_false(resolution_fall_due(&meeting, over_us, &next));
}

static void test_a_resolution_of_the_same_organisation_settles_it(void **state)
{
    (void)state;
    const int64_t before = local(2026, 12, 4, 18), after = local(2026, 12, 5, 8);
    const struct {
        const char *what;
        struct document document;
        bool settles_another;
        enum err expected;
    } CASES[] = {
        {"its own", issued(RESOLUTION, &BRANCH, after), false, ERR_OK},
        {"of another kind", issued(NEWS, &BRANCH, after), false, ERR_FIELD_NOT_RESOLUTION},
        {"of another organisation", issued(RESOLUTION, &OTHER, after), false, ERR_FIELD_NOT_RESOLUTION},
        {"from before the meeting", issued(RESOLUTION, &BRANCH, before), false, ERR_FIELD_NOT_RESOLUTION},
        {"of another meeting", issued(RESOLUTION, &BRANCH, after), true, ERR_FIELD_SETTLES_ANOTHER},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct meeting meeting = held(REGULAR);
        const struct resolution_input input = {&CASES[i].document, CASES[i].settles_another};
        struct meeting next;
        problems.n = 0;
        enum err err = resolution_settle(&meeting, &input, &problems, &next);
        if (err != (CASES[i].expected ? ERR_INVALID : ERR_OK))
            fail_msg("%s: %s", CASES[i].what, err_word(err));
        if (err)
            assert_problem("/document_id", CASES[i].expected);
    }
}

static void test_an_unknown_document_settles_nothing(void **state)
{
    (void)state;
    const struct meeting meeting = held(REGULAR);
    const struct resolution_input nothing = {NULL, false};
    struct meeting next;
    assert_int_equal(resolution_settle(&meeting, &nothing, &problems, &next), ERR_INVALID);
    assert_problem("/document_id", ERR_FIELD_UNKNOWN_ID);
}

static void test_what_settles_it_late_ends_its_being_late_and_again_changes_nothing(void **state)
{
    (void)state;
    struct meeting meeting = held(REGULAR), settled, again;
    const struct document document = issued(RESOLUTION, &BRANCH, local(2026, 12, 9, 8));
    const struct resolution_input input = {&document, false};
    assert_true(resolution_fall_due(&meeting, local(2026, 12, 8, 0), &meeting));
    assert_int_equal(resolution_settle(&meeting, &input, &problems, &settled), ERR_OK);
    assert_false(settled.resolution.is_overdue);
    assert_int_equal(settled.resolution.published_at_us, document.published_at_us);
    assert_int_equal(settled.version, meeting.version + 1);
    assert_false(resolution_fall_due(&settled, local(2026, 12, 30, 0), &again));
    assert_int_equal(resolution_settle(&settled, &input, &problems, &again), ERR_OK);
    assert_int_equal(again.version, settled.version);
}

static void test_who_settles_it_and_when(void **state)
{
    (void)state;
    static const struct {
        unsigned standing;
        int state;
        enum err expected;
    } CASES[] = {
        {STANDING_SECRETARY, HELD, ERR_OK},
        {STANDING_DEPUTY, HELD, ERR_OK},
        {STANDING_MEMBER, HELD, ERR_NOT_ALLOWED},
        {STANDING_OFFICER, HELD, ERR_NOT_ALLOWED},
        {0, HELD, ERR_NOT_FOUND},
        {STANDING_SECRETARY, SCHEDULED, ERR_WRONG_STATE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting meeting = held(REGULAR);
        struct meeting_actor actor = {.standing = CASES[i].standing};
        meeting.state = (Pb__MeetingState)CASES[i].state;
        assert_int_equal(meeting_check(&meeting, &actor, &RESOLUTION_SETTLE, meeting.starts_at_us), CASES[i].expected);
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_it_is_due_at_the_end_of_a_day_of_regular_meetings_alone),
        CASE(test_it_falls_due_once_when_its_last_second_is_over),
        CASE(test_a_resolution_of_the_same_organisation_settles_it),
        CASE(test_an_unknown_document_settles_nothing),
        CASE(test_what_settles_it_late_ends_its_being_late_and_again_changes_nothing),
        CASE(test_who_settles_it_and_when),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
