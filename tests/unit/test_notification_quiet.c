/* services/notification/push/quiet.h, inbox/subject.h: when phones ring for what is told by night, what waits for the
 * morning, and which changes of a meeting ring. */
#include "test.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/notification/inbox/subject.h"
#include "services/notification/preference/preference.h"
#include "services/notification/push/quiet.h"

/* Whose morning is three minutes after his quiet hours, and whose is almost twelve. */
static const struct uuid FIRST = {{1}}, LAST = {{1, [13] = 0x02, [14] = 0x1b}};
static const struct quiet_wish NONE = {QUIET_AS_ALL, QUIET_AS_ALL, false};

static int64_t at(int day, int hour, int minute)
{
    return clock_date_start_us(clock_date_join(2026, 12, day)) + hour * CLOCK_HOUR_US + minute * CLOCK_MINUTE_US;
}

/* Rings on the day and at the minute of the row; {0, 0, 0}: at once. */
struct row {
    int hour, minute;
    struct {
        int day, hour, minute;
    } rings;
};

static void assert_rings(const struct row rows[], size_t n, enum push_quiet quiet, const struct quiet_wish *wish)
{
    for (size_t i = 0; i < n; i++) {
        int64_t now_us = at(3, rows[i].hour, rows[i].minute), said_us = now_us;
        if (rows[i].rings.day != 0)
            said_us = at(rows[i].rings.day, rows[i].rings.hour, rows[i].rings.minute);
        assert_int_equal(quiet_rings_at_us(quiet, &QUIET_NIGHTS, wish, &FIRST, now_us, false), said_us);
    }
}

static void test_nights_are_quiet_for_all(void **state)
{
    (void)state;
    static const struct row ROWS[] = {
        {20, 59, {0}},      {21, 0, {4, 7, 3}}, {23, 59, {4, 7, 3}}, {0, 0, {3, 7, 3}},
        {6, 59, {3, 7, 3}}, {7, 0, {0}},        {12, 0, {0}},
    };
    assert_rings(ROWS, ARRAY_LENGTH(ROWS), PUSH_QUIET, &NONE);
}

static void test_a_member_may_have_longer_nights(void **state)
{
    (void)state;
    static const struct quiet_wish LONGER = {19 * 60 + 30, 8 * 60, false}, LATE = {QUIET_AS_ALL, 9 * 60, false};
    static const struct row ROWS[] = {{19, 29, {0}}, {19, 30, {4, 8, 3}}, {7, 30, {3, 8, 3}}, {8, 0, {0}}};
    static const struct row LATE_ROWS[] = {{20, 59, {0}}, {21, 0, {4, 9, 3}}, {8, 59, {3, 9, 3}}};
    assert_rings(ROWS, ARRAY_LENGTH(ROWS), PUSH_QUIET, &LONGER);
    assert_rings(LATE_ROWS, ARRAY_LENGTH(LATE_ROWS), PUSH_QUIET, &LATE);
}

static void test_what_begins_soon_rings_from_five_to_half_past_ten_and_what_is_urgent_always(void **state)
{
    (void)state;
    static const struct row SOON[] = {{4, 59, {3, 5, 0}}, {5, 0, {0}}, {22, 29, {0}}, {22, 30, {4, 5, 0}}};
    static const struct row URGENT[] = {{3, 0, {0}}, {23, 0, {0}}};
    assert_rings(SOON, ARRAY_LENGTH(SOON), PUSH_WAKES_EARLY, &NONE);
    assert_rings(URGENT, ARRAY_LENGTH(URGENT), PUSH_NEVER_QUIET, &NONE);
}

static void test_mornings_are_from_three_to_twelve_minutes_past_seven_at_a_minute_of_ones_own(void **state)
{
    (void)state;
    int64_t now_us = at(3, 22, 0), first_us = at(4, 7, 3), last_us = first_us + 539 * CLOCK_SECOND_US;
    assert_int_equal(quiet_rings_at_us(PUSH_QUIET, &QUIET_NIGHTS, &NONE, &FIRST, now_us, false), first_us);
    assert_int_equal(quiet_rings_at_us(PUSH_QUIET, &QUIET_NIGHTS, &NONE, &LAST, now_us, false), last_us);
    assert_true(last_us < at(4, 7, 12));
    assert_int_equal(quiet_rings_at_us(PUSH_QUIET, &QUIET_NIGHTS, &NONE, &LAST, last_us, true), last_us);
}

static void test_who_wants_a_digest_is_rung_once_a_day_in_the_morning(void **state)
{
    (void)state;
    static const struct quiet_wish DAILY = {QUIET_AS_ALL, QUIET_AS_ALL, true};
    static const struct row ROWS[] = {
        {7, 2, {3, 7, 3}}, {7, 3, {0}}, {7, 4, {4, 7, 3}}, {12, 0, {4, 7, 3}}, {21, 30, {4, 7, 3}}};
    assert_rings(ROWS, ARRAY_LENGTH(ROWS), PUSH_QUIET, &DAILY);
    assert_int_equal(quiet_rings_at_us(PUSH_QUIET, &QUIET_NIGHTS, &DAILY, &FIRST, at(3, 9, 0), true), at(3, 9, 0));
    assert_int_equal(quiet_rings_at_us(PUSH_WAKES_EARLY, &QUIET_NIGHTS, &DAILY, &FIRST, at(3, 9, 0), false),
                     at(3, 9, 0));
}

static void test_where_nights_are_not_quiet_those_are_that_a_member_chose(void **state)
{
    (void)state;
    static const struct quiet_wish OWN = {20 * 60, QUIET_AS_ALL, false};
    assert_int_equal(quiet_rings_at_us(PUSH_QUIET, &QUIET_NEVER, &NONE, &FIRST, at(3, 2, 0), false), at(3, 2, 0));
    assert_int_equal(quiet_rings_at_us(PUSH_WAKES_EARLY, &QUIET_NEVER, &NONE, &FIRST, at(3, 2, 0), false), at(3, 2, 0));
    assert_int_equal(quiet_rings_at_us(PUSH_QUIET, &QUIET_NEVER, &OWN, &FIRST, at(3, 20, 0), false), at(4, 7, 3));
}

/* --- what rings about the same meeting ---------------------------------------------------------------------------- */

static const struct uuid RANG = {{5}}, CORRECTION = {{6}};

static bool is_one(const struct uuid *a, const struct uuid *b)
{
    return a && b ? uuid_equal(a, b) : a == b;
}

static void test_corrections_within_ten_minutes_ring_once(void **state)
{
    (void)state;
    enum { MINUTE_US = 60000000 };
    const Pb__InboxKind CHANGED = PB__INBOX_KIND__INBOX_KIND_MEETING_CHANGED,
                        CANCELLED = PB__INBOX_KIND__INBOX_KIND_MEETING_CANCELLED,
                        SCHEDULED = PB__INBOX_KIND__INBOX_KIND_MEETING_SCHEDULED;
    const struct {
        Pb__InboxKind kind;
        enum push_quiet quiet;
        int at, rang_at; /* minutes; 0: nothing rang */
        bool of_change, has_correction;
        bool rings;
        int rings_at; /* in minutes */
        const struct uuid *follows, *overtakes;
    } ROWS[] = {
        {SCHEDULED, PUSH_QUIET, 5, 0, false, false, true, 5, NULL, NULL},
        {CHANGED, PUSH_QUIET, 5, 3, false, false, true, 5, NULL, NULL},
        {CHANGED, PUSH_QUIET, 5, 6, false, false, true, 5, NULL, &RANG}, /* held until 6: one ring for both */
        {CHANGED, PUSH_QUIET, 12, 3, true, false, true, 13, &RANG, NULL},
        {CHANGED, PUSH_QUIET, 12, 3, true, true, true, 13, &RANG, &CORRECTION}, /* one ring for both */
        {CHANGED, PUSH_QUIET, 13, 3, true, false, true, 13, NULL, NULL},
        {CHANGED, PUSH_WAKES_EARLY, 12, 3, true, false, true, 12, NULL, NULL}, /* the first may wait for the morning */
        {CHANGED, PUSH_WAKES_EARLY, 12, 3, true, true, true, 12, NULL, &CORRECTION},
        {CANCELLED, PUSH_QUIET, 5, 3, false, false, true, 5, NULL, NULL},
        {CANCELLED, PUSH_QUIET, 5, 6, false, false, false, 5, NULL, &RANG}, /* held until 6 */
        {CANCELLED, PUSH_QUIET, 5, 6, true, false, true, 5, NULL, NULL},
        {CANCELLED, PUSH_QUIET, 5, 3, true, true, true, 5, NULL, &CORRECTION}, /* nobody hears of an hour after that */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        const struct notification fact = {
            .kind = ROWS[i].kind, .quiet = ROWS[i].quiet, .created_at_us = ROWS[i].at * (int64_t)MINUTE_US};
        const struct subject_ring last = {.item = RANG,
                                          .at_us = ROWS[i].rang_at * (int64_t)MINUTE_US,
                                          .of_change = ROWS[i].of_change,
                                          .correction = CORRECTION,
                                          .has_correction = ROWS[i].has_correction};
        const struct subject_rings is = subject_ring(&last, &fact, fact.created_at_us);
        assert_int_equal(is.rings, ROWS[i].rings);
        assert_int_equal(is.at_us, ROWS[i].rings_at * (int64_t)MINUTE_US);
        assert_true(is_one(is.follows, ROWS[i].follows));
        assert_true(is_one(is.overtakes, ROWS[i].overtakes));
    }
}

static void test_a_ring_for_all_ends_what_was_to_correct_the_last(void **state)
{
    (void)state;
    const struct notification change = {.id = {{7}}, .kind = PB__INBOX_KIND__INBOX_KIND_MEETING_CHANGED};
    const struct subject_ring last = {.item = RANG, .at_us = 3, .of_change = true}, held = {.item = RANG, .at_us = 1};
    const struct subject_rings follows = {.rings = true, .at_us = 13, .follows = &last.item},
                               for_all = {.rings = true, .at_us = 20}, none = {.at_us = 20};
    struct subject_ring next = subject_ring_next(&last, &change, &follows);
    assert_true(next.has_correction && uuid_equal(&next.correction, &change.id));
    assert_true(uuid_equal(&next.item, &RANG) && next.at_us == 3);
    assert_true(subject_ring_next(&next, &change, &none).has_correction);
    next = subject_ring_next(&next, &change, &for_all);
    assert_true(uuid_equal(&next.item, &change.id) && next.at_us == 20 && next.of_change && !next.has_correction);
    assert_false(subject_ring_next(&held, &change, &for_all).of_change); /* nobody has heard of the meeting yet */
}

static void test_a_change_of_what_begins_within_twelve_hours_wakes_people_early(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    static const struct uuid ID = {{3}};
    struct notification told;
    Pb__MeetingFacts facts = PB__MEETING_FACTS__INIT;
    Pb__MeetingChanged changed = PB__MEETING_CHANGED__INIT;
    facts.meeting_id = facts.organization_id = changed.notification_id = uuid_to_pb(ctx, &ID);
    facts.starts_at_us = at(3, 19, 30);
    facts.place = mem_text(ctx, "Nhà văn hóa");
    facts.has_notified_at_us = true;
    facts.notified_at_us = at(1, 9, 0);
    changed.meeting = &facts;
    assert_int_equal(notification_of_change(ctx, &changed, 0, &told), ERR_OK);
    assert_int_equal(told.quiet, PUSH_QUIET);
    changed.has_old_starts_at_us = true; /* it was to begin sooner */
    changed.old_starts_at_us = changed.meeting->notified_at_us + 11 * CLOCK_HOUR_US;
    assert_int_equal(notification_of_change(ctx, &changed, 0, &told), ERR_OK);
    assert_int_equal(told.quiet, PUSH_WAKES_EARLY);
    Pb__MeetingCancelled cancelled = PB__MEETING_CANCELLED__INIT;
    cancelled.meeting = &facts;
    cancelled.notification_id = changed.notification_id;
    cancelled.reason = mem_text(ctx, "Bão");
    cancelled.meeting->starts_at_us = cancelled.meeting->notified_at_us + 12 * CLOCK_HOUR_US;
    assert_int_equal(notification_of_cancellation(ctx, &cancelled, 0, &told), ERR_OK);
    assert_int_equal(told.quiet, PUSH_QUIET);
    cancelled.meeting->starts_at_us -= 1;
    assert_int_equal(notification_of_cancellation(ctx, &cancelled, 0, &told), ERR_OK);
    assert_int_equal(told.quiet, PUSH_WAKES_EARLY);
    mem_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nights_are_quiet_for_all),
        cmocka_unit_test(test_a_member_may_have_longer_nights),
        cmocka_unit_test(test_what_begins_soon_rings_from_five_to_half_past_ten_and_what_is_urgent_always),
        cmocka_unit_test(test_mornings_are_from_three_to_twelve_minutes_past_seven_at_a_minute_of_ones_own),
        cmocka_unit_test(test_who_wants_a_digest_is_rung_once_a_day_in_the_morning),
        cmocka_unit_test(test_corrections_within_ten_minutes_ring_once),
        cmocka_unit_test(test_a_ring_for_all_ends_what_was_to_correct_the_last),
        cmocka_unit_test(test_a_change_of_what_begins_within_twelve_hours_wakes_people_early),
        cmocka_unit_test(test_where_nights_are_not_quiet_those_are_that_a_member_chose),
    };
    return cmocka_run_group_tests_name("quiet hours", tests, NULL, NULL);
}
