/* services/meeting/meeting/meeting.h: the rules, by table. */
#include "meeting_help.h"

static const struct agenda_document KNOWN = {.id = {{1}}, .title = "Nghị quyết"}, UNKNOWN = {.id = {{2}}};

/* --- scheduling --------------------------------------------------------------------------------------------------- */

static void test_a_draft_is_registered_by_nobody_and_told_to_nobody(void **state)
{
    (void)state;
    struct meeting next;
    struct meeting_input input = whole_input();
    assert_int_equal(schedule(&input, true, false, &next), ERR_OK);
    assert_int_equal(next.state, DRAFT);
    assert_int_equal(next.version, 1);
    assert_int_equal(next.registered_at_us, 0);
    assert_true(uuid_is_zero(&next.notification));
    assert_true(meeting_claims_month(&next));
}

static void test_publishing_at_once_registers_and_tells(void **state)
{
    (void)state;
    struct meeting next;
    struct meeting_input input = whole_input();
    struct meeting_cause why = cause();
    struct uuid notification = uuid_derive(&why.message, "notification", 0);
    assert_int_equal(schedule(&input, true, true, &next), ERR_OK);
    assert_int_equal(next.state, SCHEDULED);
    assert_int_equal(next.registered_at_us, why.now_us);
    assert_int_equal(next.notified_at_us, why.now_us);
    assert_memory_equal(&next.notification, &notification, sizeof notification);
}

static void test_starts_at_lies_ahead_within_400_days(void **state)
{
    (void)state;
    struct meeting_cause why = cause();
    const struct {
        int64_t starts_at_us;
        enum err expected;
    } CASES[] = {
        {why.now_us, ERR_FIELD_PAST},
        {why.now_us - CLOCK_DAY_US, ERR_FIELD_PAST},
        {why.now_us + 1, ERR_OK},
        {why.now_us + 400 * CLOCK_DAY_US, ERR_OK},
        {why.now_us + 400 * CLOCK_DAY_US + 1, ERR_FIELD_TOO_LARGE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting next;
        struct meeting_input input = whole_input();
        input.starts_at_us = CASES[i].starts_at_us;
        problems.n = 0;
        assert_int_equal(schedule(&input, true, true, &next), CASES[i].expected ? ERR_INVALID : ERR_OK);
        if (CASES[i].expected)
            assert_problem("/starts_at", CASES[i].expected);
    }
}

static void test_organisations_above_hold_executive_meetings_only(void **state)
{
    (void)state;
    struct meeting next;
    struct meeting_input input = whole_input();
    assert_int_equal(schedule(&input, false, false, &next), ERR_INVALID);
    assert_problem("/kind", ERR_FIELD_CONFLICT);
    problems.n = 0;
    input.kind = (Pb__MeetingKind)EXECUTIVE;
    assert_int_equal(schedule(&input, false, false, &next), ERR_OK);
    assert_int_equal(next.participants, PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE);
}

static void test_an_agenda_names_the_document_that_nobody_knows(void **state)
{
    (void)state;
    struct meeting next;
    const struct agenda_document documents[] = {KNOWN, UNKNOWN};
    const struct agenda_input agenda[] = {
        {.title = "Nghị quyết", .minutes = 30, .documents = documents, .n_documents = 2}};
    struct meeting_input input = whole_input();
    input.agenda = agenda;
    input.n_agenda = 1;
    assert_int_equal(schedule(&input, true, false, &next), ERR_INVALID);
    assert_problem("/agenda/0/document_ids/1", ERR_FIELD_UNKNOWN_ID);
}

static void test_named_participants_must_belong_to_the_branch(void **state)
{
    (void)state;
    struct meeting next;
    const struct participant_input people[] = {{.id = {{1}}, .may_attend = true}, {.id = {{2}}, .may_attend = false}};
    struct meeting_input input = whole_input();
    input.kind = (Pb__MeetingKind)THEMATIC;
    input.participants = people;
    input.n_participants = 2;
    assert_int_equal(schedule(&input, true, false, &next), ERR_INVALID);
    assert_problem("/participant_ids/1", ERR_FIELD_UNKNOWN_ID);
    problems.n = 0;
    input.n_participants = 1;
    assert_int_equal(schedule(&input, true, false, &next), ERR_OK);
    assert_int_equal(next.participants, PB__PARTICIPANTS__PARTICIPANTS_NAMED);
}

static void test_day_20_of_the_month_before_is_on_time(void **state)
{
    (void)state;
    const struct {
        int64_t registered_at_us;
        bool on_time;
    } CASES[] = {
        {local(2026, 11, 20, 0), true},
        {local(2026, 11, 21, 0) - 1, true},
        {local(2026, 11, 21, 0), false},
        {local(2026, 12, 1, 0), false},
    };
    struct meeting meeting = meeting_of(REGULAR, SCHEDULED);
    assert_int_equal(meeting_registration_due_us(&meeting), local(2026, 11, 21, 0) - CLOCK_SECOND_US);
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        meeting.registered_at_us = CASES[i].registered_at_us;
        assert_int_equal(meeting_registered_on_time(&meeting), CASES[i].on_time);
    }
}

static void test_a_meeting_in_january_is_due_in_december(void **state)
{
    (void)state;
    struct meeting meeting = meeting_of(REGULAR, SCHEDULED);
    meeting.starts_at_us = local(2027, 1, 1, 0); /* still 2026 in UTC */
    assert_int_equal(meeting_month(&meeting), 2027 * 12);
    assert_int_equal(meeting_registration_due_us(&meeting), local(2026, 12, 21, 0) - CLOCK_SECOND_US);
}

/* --- editing ------------------------------------------------------------------------------------------------------ */

static void test_a_meeting_keeps_the_rules_that_it_was_made_under(void **state)
{
    (void)state;
    struct meeting made, next;
    struct meeting_input input = whole_input();
    bool moved;
    assert_int_equal(schedule(&input, true, true, &made), ERR_OK);
    assert_int_equal(meeting_registration_due_us(&made), local(2026, 11, 16, 0) - CLOCK_SECOND_US);
    assert_int_equal(made.rules.agenda_limit_minutes, 60);
    const struct meeting_input day = {
        .sets_starts_at = true, .starts_at_us = local(2026, 12, 5, 20), .rules = {10, 120}};
    assert_int_equal(edit(&made, &day, &next, &moved), ERR_OK);
    assert_int_equal(next.rules.registration_day, 15);
    assert_int_equal(next.rules.agenda_limit_minutes, 60);
    const struct meeting_input month = {.sets_starts_at = true,
                                        .sets_agenda = true,
                                        .starts_at_us = local(2027, 1, 5, 20),
                                        .rules = {10, 120},
                                        .agenda = SAID_TOPICS,
                                        .n_agenda = 1};
    assert_int_equal(edit(&made, &month, &next, &moved), ERR_OK);
    assert_int_equal(next.rules.registration_day, 10);
    assert_int_equal(next.rules.agenda_limit_minutes, 120);
}

static void test_a_moved_meeting_tells_old_and_new(void **state)
{
    (void)state;
    struct meeting meeting = meeting_of(REGULAR, SCHEDULED), next;
    struct meeting_input input = {
        .sets_starts_at = true, .starts_at_us = local(2026, 12, 5, 20), .place = "Trụ sở phường"};
    bool moved;
    assert_int_equal(edit(&meeting, &input, &next, &moved), ERR_OK);
    assert_true(moved);
    assert_int_equal(next.version, 6);
    assert_int_equal(next.changed_at_us, cause().now_us);
    assert_string_equal(
        next.change_note,
        "Thời gian: 19:00 ngày 04/12/2026 → 20:00 ngày 05/12/2026\nĐịa điểm: Nhà văn hóa → Trụ sở phường");
}

static void test_the_secretarys_own_note_stands(void **state)
{
    (void)state;
    struct meeting meeting = meeting_of(REGULAR, SCHEDULED), next;
    struct meeting_input input = {
        .place = "Trụ sở phường", .sets_change_note = true, .change_note = "Nhà văn hóa đang sửa"};
    bool moved;
    assert_int_equal(edit(&meeting, &input, &next, &moved), ERR_OK);
    assert_true(moved);
    assert_string_equal(next.change_note, "Nhà văn hóa đang sửa");
}

static void test_an_edit_that_moves_nothing_tells_nobody(void **state)
{
    (void)state;
    struct meeting meeting = meeting_of(REGULAR, SCHEDULED), next;
    const struct agenda_input longer = {.id = {{20}}, .title = "Nghị quyết", .minutes = 40};
    struct meeting_input input = {.sets_starts_at = true,
                                  .starts_at_us = meeting.starts_at_us,
                                  .place = meeting.place,
                                  .sets_agenda = true,
                                  .agenda = &longer,
                                  .n_agenda = 1};
    bool moved;
    assert_int_equal(edit(&meeting, &input, &next, &moved), ERR_OK);
    assert_false(moved);
    assert_int_equal(next.changed_at_us, 0);
    assert_int_equal(next.version, 6);
}

static void test_a_draft_moves_in_silence(void **state)
{
    (void)state;
    struct meeting meeting = meeting_of(REGULAR, DRAFT), next;
    struct meeting_input input = {.place = "Trụ sở phường"};
    bool moved;
    assert_int_equal(edit(&meeting, &input, &next, &moved), ERR_OK);
    assert_false(moved);
    assert_null(next.change_note);
}

static void test_agenda_items_with_an_id_keep_their_history(void **state)
{
    (void)state;
    const struct agenda_item old[] = {{.id = {{21}}, .title = "A", .has_outcome = true}, {.id = {{22}}, .title = "B"}};
    const struct agenda_input agenda[] = {
        {.id = {{22}}, .title = "B2"}, {.title = "mới"}, {.id = {{21}}, .title = "A"}};
    struct meeting meeting = meeting_of(REGULAR, SCHEDULED), next;
    struct meeting_input input = {.sets_agenda = true, .agenda = agenda, .n_agenda = 3};
    struct meeting_cause why = cause();
    struct uuid made = uuid_derive(&why.message, "agenda", 1);
    bool moved;
    meeting.agenda = old;
    meeting.n_agenda = 2;
    assert_int_equal(edit(&meeting, &input, &next, &moved), ERR_OK);
    assert_memory_equal(&next.agenda[0].id, &old[1].id, sizeof made);
    assert_string_equal(next.agenda[0].title, "B2");
    assert_memory_equal(&next.agenda[1].id, &made, sizeof made);
    assert_true(next.agenda[2].has_outcome);
}

static void test_agenda_items_of_other_meetings_or_named_twice_are_refused(void **state)
{
    (void)state;
    const struct agenda_item old[] = {{.id = {{21}}, .title = "A"}};
    const struct agenda_input strange[] = {{.id = {{99}}, .title = "A"}},
                              twice[] = {{.id = {{21}}, .title = "A"}, {.id = {{21}}, .title = "A"}};
    struct meeting meeting = meeting_of(REGULAR, SCHEDULED), next;
    struct meeting_input input = {.sets_agenda = true, .agenda = strange, .n_agenda = 1};
    bool moved;
    meeting.agenda = old;
    meeting.n_agenda = 1;
    assert_int_equal(edit(&meeting, &input, &next, &moved), ERR_INVALID);
    assert_problem("/agenda/0/id", ERR_FIELD_UNKNOWN_ID);
    problems.n = 0;
    input.agenda = twice;
    input.n_agenda = 2;
    assert_int_equal(edit(&meeting, &input, &next, &moved), ERR_INVALID);
    assert_problem("/agenda/1/id", ERR_FIELD_DUPLICATE);
}

static void test_a_draft_whose_hour_has_passed_is_not_published(void **state)
{
    (void)state;
    struct meeting meeting = meeting_of(REGULAR, DRAFT), next;
    struct meeting_cause why = cause();
    meeting.starts_at_us = why.now_us - 1;
    assert_int_equal(meeting_publish(&meeting, &why, &problems, &next), ERR_INVALID);
    assert_problem("/starts_at", ERR_FIELD_PAST);
}

static void test_a_cancelled_meeting_frees_its_month(void **state)
{
    (void)state;
    struct meeting meeting = meeting_of(REGULAR, SCHEDULED), next;
    struct meeting_cause why = cause();
    assert_true(meeting_claims_month(&meeting));
    meeting_cancel(&meeting, "Bão", &why, &next);
    assert_false(meeting_claims_month(&next));
    assert_int_equal(next.version, 6);
    assert_int_equal(next.notified_at_us, why.now_us);
}

/* --- holding and reopening ---------------------------------------------------------------------------------------- */

static void test_a_meeting_was_over_between_its_hour_and_now_within_a_day(void **state)
{
    (void)state;
    const int64_t hour_us = local(2026, 12, 4, 19);
    const struct {
        int64_t ended_at_us, now_us;
        enum err expected;
    } CASES[] = {
        {hour_us - 1, hour_us + CLOCK_HOUR_US, ERR_FIELD_TOO_SMALL},
        {hour_us, hour_us, ERR_OK},
        {hour_us + 2, hour_us + 1, ERR_FIELD_FUTURE},
        {hour_us + CLOCK_DAY_US, hour_us + 3 * CLOCK_DAY_US, ERR_OK},
        {hour_us + CLOCK_DAY_US + 1, hour_us + 3 * CLOCK_DAY_US, ERR_FIELD_TOO_LARGE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting meeting = meeting_of(REGULAR, SCHEDULED), next = {.version = 0};
        const struct meeting_cause why = {.message = {{7}}, .now_us = CASES[i].now_us};
        problems.n = 0;
        assert_int_equal(meeting_hold(&meeting, CASES[i].ended_at_us, &why, &problems, &next),
                         CASES[i].expected ? ERR_INVALID : ERR_OK);
        if (CASES[i].expected)
            assert_problem("/ended_at", CASES[i].expected);
        else
            assert_int_equal(next.held_at_us, CASES[i].ended_at_us);
        assert_int_equal(next.version, CASES[i].expected ? 0 : 6);
    }
}

static void test_a_reopened_meeting_is_scheduled_says_why_and_tells(void **state)
{
    (void)state;
    const struct meeting_cause why = cause();
    struct meeting meeting = meeting_of(REGULAR, HELD), next;
    struct uuid notification = uuid_derive(&why.message, "notification", 0);
    meeting.held_at_us = local(2026, 12, 4, 21);
    meeting_reopen(&meeting, "Ghi nhầm ngày", &why, &next);
    assert_int_equal(next.state, SCHEDULED);
    assert_int_equal(next.version, 6);
    assert_int_equal(next.held_at_us, 0);
    assert_string_equal(next.change_note, "Ghi nhầm ngày");
    assert_memory_equal(&next.notification, &notification, sizeof notification);
    meeting = meeting_of(REGULAR, CANCELLED);
    meeting.cancel_reason = "Bão";
    meeting_reopen(&meeting, "Bão đã tan", &why, &next);
    assert_null(next.cancel_reason);
    assert_true(meeting_claims_month(&next));
}

/* --- items from elsewhere ----------------------------------------------------------------------------------------- */

static void test_an_item_from_elsewhere_stands_last_and_raises_the_version(void **state)
{
    (void)state;
    static const struct agenda_item AGENDA[] = {{.id = {{1}}, .title = "Đọc nghị quyết"}};
    const struct agenda_item item = {.id = {{2}}, .title = "Sửa nhà văn hóa", .minutes = 10};
    struct meeting meeting = meeting_of(REGULAR, SCHEDULED), next;
    meeting.agenda = AGENDA;
    meeting.n_agenda = 1;
    assert_int_equal(meeting_add_item(ctx, &meeting, &item, &next), ERR_OK);
    assert_int_equal(next.version, meeting.version + 1);
    assert_int_equal(next.n_agenda, 2);
    assert_string_equal(next.agenda[0].title, "Đọc nghị quyết");
    assert_string_equal(next.agenda[1].title, "Sửa nhà văn hóa");
    assert_int_equal(meeting.n_agenda, 1);
}

static void test_an_agenda_that_is_full_takes_no_item(void **state)
{
    (void)state;
    static const struct agenda_item AGENDA[MEETING_AGENDA_LIMIT_ITEMS], ITEM = {.id = {{2}}, .title = "A"};
    struct meeting meeting = meeting_of(REGULAR, SCHEDULED), next;
    meeting.agenda = AGENDA;
    meeting.n_agenda = MEETING_AGENDA_LIMIT_ITEMS;
    assert_int_equal(meeting_add_item(ctx, &meeting, &ITEM, &next), ERR_LIMIT_REACHED);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_draft_is_registered_by_nobody_and_told_to_nobody),
        CASE(test_publishing_at_once_registers_and_tells),
        CASE(test_starts_at_lies_ahead_within_400_days),
        CASE(test_organisations_above_hold_executive_meetings_only),
        CASE(test_an_agenda_names_the_document_that_nobody_knows),
        CASE(test_named_participants_must_belong_to_the_branch),
        CASE(test_day_20_of_the_month_before_is_on_time),
        CASE(test_a_meeting_in_january_is_due_in_december),
        CASE(test_a_meeting_keeps_the_rules_that_it_was_made_under),
        CASE(test_a_moved_meeting_tells_old_and_new),
        CASE(test_the_secretarys_own_note_stands),
        CASE(test_an_edit_that_moves_nothing_tells_nobody),
        CASE(test_a_draft_moves_in_silence),
        CASE(test_agenda_items_with_an_id_keep_their_history),
        CASE(test_agenda_items_of_other_meetings_or_named_twice_are_refused),
        CASE(test_a_draft_whose_hour_has_passed_is_not_published),
        CASE(test_a_cancelled_meeting_frees_its_month),
        CASE(test_a_meeting_was_over_between_its_hour_and_now_within_a_day),
        CASE(test_a_reopened_meeting_is_scheduled_says_why_and_tells),
        CASE(test_an_item_from_elsewhere_stands_last_and_raises_the_version),
        CASE(test_an_agenda_that_is_full_takes_no_item),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
