/* services/meeting/meeting/meeting.h, meeting_warnings.h: what of the Manners of meetings (API.md) is refused, warned
 * of, or changes nothing, by table. */
#include "meeting_help.h"

#include "services/meeting/meeting/meeting_warnings.h"

static void test_an_edit_that_changes_nothing_raises_nothing(void **state)
{
    (void)state;
    struct meeting meeting = meeting_of(REGULAR, SCHEDULED), next;
    const struct agenda_input same = {.id = {{20}}, .title = "Nghị quyết", .minutes = 30};
    struct meeting_input input = {.sets_kind = true,
                                  .kind = meeting.kind,
                                  .sets_starts_at = true,
                                  .starts_at_us = meeting.starts_at_us,
                                  .place = meeting.place,
                                  .sets_agenda = true,
                                  .agenda = &same,
                                  .n_agenda = 1,
                                  .sets_change_note = true,
                                  .sets_participants = true};
    bool moved;
    assert_int_equal(edit(&meeting, &input, &next, &moved), ERR_OK);
    assert_false(moved);
    assert_int_equal(next.version, 5);
}

static void test_a_published_meeting_keeps_a_topic(void **state)
{
    (void)state;
    struct meeting meeting = meeting_of(REGULAR, SCHEDULED), draft = meeting_of(REGULAR, DRAFT), next;
    struct meeting_input nothing = {.sets_agenda = true}, scheduled = whole_input();
    const struct meeting_cause why = cause();
    bool moved;
    assert_int_equal(edit(&meeting, &nothing, &next, &moved), ERR_INVALID);
    assert_problem("/agenda", ERR_FIELD_REQUIRED);
    problems.n = 0;
    assert_int_equal(edit(&draft, &nothing, &next, &moved), ERR_OK);
    assert_int_equal(meeting_publish(&next, &why, &problems, &next), ERR_INVALID);
    assert_problem("/agenda", ERR_FIELD_REQUIRED);
    problems.n = 0;
    scheduled.n_agenda = 0;
    assert_int_equal(schedule(&scheduled, true, true, &next), ERR_INVALID);
    assert_problem("/agenda", ERR_FIELD_REQUIRED);
}

static void test_once_it_has_begun_it_changes_with_a_note_and_within_its_month(void **state)
{
    (void)state;
    const int64_t begun_us = local(2026, 12, 4, 20);
    const struct {
        struct meeting_input input;
        const char *field; /* NULL: it may */
        enum err expected;
    } CASES[] = {
        {{.place = "Trụ sở phường"}, "/change_note", ERR_FIELD_REQUIRED},
        {{.sets_agenda = true, .agenda = SAID_TOPICS, .n_agenda = 1}, "/change_note", ERR_FIELD_REQUIRED},
        {{.place = "Trụ sở phường", .sets_change_note = true, .change_note = "Mất điện"}, NULL, ERR_OK},
        {{.place = "Nhà văn hóa"}, NULL, ERR_OK},
        {{.sets_starts_at = true,
          .starts_at_us = local(2026, 12, 5, 19),
          .sets_change_note = true,
          .change_note = "Mất điện"},
         NULL,
         ERR_OK},
        {{.sets_starts_at = true,
          .starts_at_us = local(2027, 1, 4, 19),
          .sets_change_note = true,
          .change_note = "Mất điện"},
         "/starts_at",
         ERR_FIELD_CONFLICT},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct meeting meeting = meeting_of(REGULAR, SCHEDULED);
        const struct meeting_cause why = {.message = {{7}}, .now_us = begun_us};
        struct meeting next;
        bool moved;
        problems.n = 0;
        enum err err = meeting_edit(ctx, &meeting, true, &CASES[i].input, &why, &problems, &next, &moved);
        assert_int_equal(err, CASES[i].field ? ERR_INVALID : ERR_OK);
        if (CASES[i].field)
            assert_problem(CASES[i].field, CASES[i].expected);
    }
}

static void test_a_meeting_belongs_to_the_month_that_is_said_up_to_seven_days_off(void **state)
{
    (void)state;
    enum { FEBRUARY = 2027 * 12 + 1 };
    const struct {
        int64_t starts_at_us;
        enum err expected;
    } CASES[] = {
        {local(2027, 1, 25, 0), ERR_OK},
        {local(2027, 1, 24, 23), ERR_FIELD_CONFLICT},
        {local(2027, 3, 7, 23), ERR_OK},
        {local(2027, 3, 8, 0), ERR_FIELD_CONFLICT},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting next;
        struct meeting_input input = whole_input();
        input.starts_at_us = CASES[i].starts_at_us;
        input.sets_month = true;
        input.month = FEBRUARY;
        problems.n = 0;
        assert_int_equal(schedule(&input, true, true, &next), CASES[i].expected ? ERR_INVALID : ERR_OK);
        if (CASES[i].expected)
            assert_problem("/month", CASES[i].expected);
        else
            assert_int_equal(meeting_month(&next), FEBRUARY);
    }
}

static void test_a_month_that_was_said_stays_while_the_hour_is_near_it(void **state)
{
    (void)state;
    enum { FEBRUARY = 2027 * 12 + 1 };
    struct meeting meeting = meeting_of(REGULAR, SCHEDULED), next;
    struct meeting_input input = {.sets_starts_at = true, .starts_at_us = local(2027, 1, 30, 19)};
    bool moved;
    meeting.starts_at_us = local(2027, 1, 29, 19);
    meeting.said_month = FEBRUARY;
    assert_int_equal(edit(&meeting, &input, &next, &moved), ERR_OK);
    assert_int_equal(meeting_month(&next), FEBRUARY);
    assert_int_equal(next.registered_at_us, 0);
    input.starts_at_us = local(2027, 1, 15, 19);
    assert_int_equal(edit(&meeting, &input, &next, &moved), ERR_OK);
    assert_int_equal(meeting_month(&next), FEBRUARY - 1);
    assert_int_equal(next.registered_at_us, cause().now_us); /* anew */
}

static void test_a_meeting_that_becomes_regular_is_registered_then(void **state)
{
    (void)state;
    struct meeting meeting = meeting_of(THEMATIC, SCHEDULED), next;
    struct meeting_input input = {.sets_kind = true, .kind = (Pb__MeetingKind)REGULAR};
    bool moved;
    meeting.registered_at_us = 5;
    assert_int_equal(edit(&meeting, &input, &next, &moved), ERR_OK);
    assert_int_equal(next.registered_at_us, cause().now_us);
    assert_false(moved);
}

static void test_a_regular_meeting_is_of_all(void **state)
{
    (void)state;
    const struct participant_input people[] = {{.id = {{1}}, .may_attend = true}};
    struct meeting_input input = whole_input();
    struct meeting next;
    input.participants = people;
    input.n_participants = 1;
    assert_int_equal(schedule(&input, true, true, &next), ERR_INVALID);
    assert_problem("/participant_ids", ERR_FIELD_CONFLICT);
}

/* --- warnings ----------------------------------------------------------------------------------------------------- */

static void test_what_is_warned_of_and_never_refused(void **state)
{
    (void)state;
    static const struct agenda_item ONE[] = {{.title = "A", .minutes = 30}}, LONG[] = {{.title = "A", .minutes = 100}},
                                    EMPTY[] = {{.title = "A"}},
                                    TWICE[] = {{.title = "A", .minutes = 5}, {.title = "A", .minutes = 5}};
    const struct {
        const char *code; /* NULL: nothing */
        int64_t starts_at_us, registered_at_us;
        const struct agenda_item *agenda;
        size_t n_agenda;
        int state, kind;
        int64_t near_at_us;
    } CASES[] = {
        {NULL, local(2026, 12, 4, 19), 1, ONE, 1, SCHEDULED, REGULAR},
        {"near_another", local(2026, 12, 4, 19), 1, ONE, 1, DRAFT, REGULAR, local(2026, 12, 4, 21)},
        {NULL, local(2026, 12, 4, 19), 1, ONE, 1, HELD, REGULAR, local(2026, 12, 4, 21)},
        {"agenda_too_long", local(2026, 12, 4, 19), 1, LONG, 1, SCHEDULED, REGULAR},
        {"unusual_hour", local(2026, 12, 4, 5), 1, ONE, 1, DRAFT, REGULAR},
        {"unusual_hour", local(2026, 12, 4, 0), 1, ONE, 1, SCHEDULED, REGULAR},
        {NULL, local(2026, 12, 4, 6), 1, ONE, 1, SCHEDULED, REGULAR},
        {NULL, local(2026, 12, 4, 22), 1, ONE, 1, SCHEDULED, REGULAR},
        {"unusual_hour", local(2026, 12, 4, 23), 1, ONE, 1, SCHEDULED, REGULAR},
        {NULL, local(2026, 12, 4, 23), 1, ONE, 1, HELD, REGULAR},
        {NULL, local(2026, 12, 4, 19), local(2026, 12, 3, 19), ONE, 1, SCHEDULED, REGULAR},
        {"short_notice", local(2026, 12, 4, 19), local(2026, 12, 3, 20), ONE, 1, SCHEDULED, REGULAR},
        {"topic_without_minutes", local(2026, 12, 4, 19), 1, EMPTY, 1, SCHEDULED, REGULAR},
        {"title_repeated", local(2026, 12, 4, 19), 1, TWICE, 2, SCHEDULED, REGULAR},
        {NULL, local(2026, 12, 10, 19), 1, ONE, 1, SCHEDULED, REGULAR},
        {"off_rhythm", local(2026, 12, 11, 19), 1, ONE, 1, SCHEDULED, REGULAR},
        {NULL, local(2026, 12, 11, 19), 1, ONE, 1, SCHEDULED, THEMATIC},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct meeting_host host = {.org.meeting_day = 3};
        struct meeting meeting = meeting_of(CASES[i].kind, CASES[i].state);
        Pb__Meeting view = PB__MEETING__INIT;
        meeting.starts_at_us = CASES[i].starts_at_us;
        meeting.registered_at_us = CASES[i].registered_at_us;
        meeting.near_at_us = CASES[i].near_at_us;
        meeting.agenda = CASES[i].agenda;
        meeting.n_agenda = CASES[i].n_agenda;
        view_warnings(ctx, &meeting, &host, &view);
        assert_int_equal(view.n_warnings, CASES[i].code != NULL);
        if (CASES[i].code)
            assert_string_equal(view.warnings[0]->code, CASES[i].code);
    }
}

static void test_another_meeting_is_near_within_two_hours(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint8_t id, organization;
        int state;
        int64_t apart_us;
        bool expected;
    } CASES[] = {
        {"two hours later", 9, 4, SCHEDULED, 2 * CLOCK_HOUR_US, true},
        {"two hours earlier", 9, 4, SCHEDULED, -2 * CLOCK_HOUR_US, true},
        {"at the same hour", 9, 4, SCHEDULED, 0, true},
        {"a second more", 9, 4, SCHEDULED, 2 * CLOCK_HOUR_US + CLOCK_SECOND_US, false},
        {"itself", 3, 4, SCHEDULED, 0, false},
        {"of another organisation", 9, 5, SCHEDULED, 0, false},
        {"a draft, of which members do not know", 9, 4, DRAFT, 0, false},
        {"cancelled", 9, 4, CANCELLED, 0, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting meeting = meeting_of(REGULAR, SCHEDULED), other = meeting_of(THEMATIC, CASES[i].state);
        meeting.id = (struct uuid){{3}};
        meeting.organization = (struct uuid){{4}};
        other.id = (struct uuid){{CASES[i].id}};
        other.organization = (struct uuid){{CASES[i].organization}};
        other.starts_at_us = meeting.starts_at_us + CASES[i].apart_us;
        if (meeting_is_near(&meeting, &other) != CASES[i].expected)
            fail_msg("%s", CASES[i].what);
    }
}

static void test_a_document_that_some_cannot_open_is_named(void **state)
{
    (void)state;
    enum { MEMBERS = PB__PARTICIPANTS__PARTICIPANTS_MEMBERS, COMMITTEE = PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE };
    enum { BY_NAME = PB__PARTICIPANTS__PARTICIPANTS_NAMED };
    enum {
        PUBLIC = PB__CLASSIFICATION__CLASSIFICATION_PUBLIC,
        INTERNAL = PB__CLASSIFICATION__CLASSIFICATION_INTERNAL,
        RESTRICTED = PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED,
    };
    static const struct uuid HOST = {{4}}, ABOVE = {{1}}, PATH[] = {{{1}}, {{4}}}, ELSEWHERE = {{9}}, HIM = {{50}};
    static const int32_t SEATS[] = {PB__ROLE__ROLE_COMMITTEE_MEMBER, PB__ROLE__ROLE_SECRETARY,
                                    PB__ROLE__ROLE_DEPUTY_SECRETARY};
    static const struct {
        const char *what;
        int participants, classification;
        struct audience audience;
        bool is_draft, is_warned;
        const struct uuid *issuer, *author;
    } CASES[] = {
        {"for the branch", MEMBERS, INTERNAL, {.organizations = &HOST, .n_organizations = 1}},
        {"for all below", MEMBERS, INTERNAL, {.organizations = &ABOVE, .n_organizations = 1, .subtree = true}},
        {"for the one above alone", MEMBERS, INTERNAL, {.organizations = &ABOVE, .n_organizations = 1}, false, true},
        {"for others", MEMBERS, INTERNAL, {.organizations = &ELSEWHERE, .n_organizations = 1}, false, true},
        {"public", MEMBERS, PUBLIC, {.organizations = &ELSEWHERE, .n_organizations = 1}},
        {"a draft", MEMBERS, PUBLIC, {.organizations = &HOST, .n_organizations = 1}, true, true},
        {"for the committee",
         MEMBERS,
         INTERNAL,
         {.organizations = &HOST, .n_organizations = 1, .roles = SEATS, .n_roles = 3},
         false,
         true},
        {"for the committee that meets",
         COMMITTEE,
         INTERNAL,
         {.organizations = &HOST, .n_organizations = 1, .roles = SEATS, .n_roles = 3}},
        {"for one of the committee's roles",
         COMMITTEE,
         INTERNAL,
         {.organizations = &HOST, .n_organizations = 1, .roles = SEATS, .n_roles = 1},
         false,
         true},
        {"for the committee's members, of the organisation that meets, whose heads read it",
         COMMITTEE,
         INTERNAL,
         {.organizations = &HOST, .n_organizations = 1, .roles = SEATS, .n_roles = 1},
         .issuer = &HOST},
        {"for the committee's members, of another",
         COMMITTEE,
         INTERNAL,
         {.organizations = &HOST, .n_organizations = 1, .roles = SEATS, .n_roles = 1},
         .issuer = &ABOVE,
         .is_warned = true},
        {"for its secretary alone, of the organisation that meets",
         COMMITTEE,
         INTERNAL,
         {.organizations = &HOST, .n_organizations = 1, .roles = SEATS + 1, .n_roles = 1},
         .issuer = &HOST,
         .is_warned = true},
        {"restricted", MEMBERS, RESTRICTED, {.members = &HIM, .n_members = 1}, false, true},
        {"restricted to those who come", BY_NAME, RESTRICTED, {.members = &HIM, .n_members = 1}},
        {"restricted to others by the one who comes",
         BY_NAME,
         RESTRICTED,
         {.members = &ABOVE, .n_members = 1},
         .author = &HIM},
        {"restricted to others", BY_NAME, RESTRICTED, {.members = &ABOVE, .n_members = 1}, .is_warned = true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct meeting_host host = {.org = {.id = HOST, .path = PATH, .n_path = 2}};
        const struct agenda_document document = {.title = "Nghị quyết",
                                                 .audience = &CASES[i].audience,
                                                 .classification = (Pb__Classification)CASES[i].classification,
                                                 .issuer = CASES[i].issuer ? *CASES[i].issuer : ELSEWHERE,
                                                 .author = CASES[i].author ? *CASES[i].author : ELSEWHERE,
                                                 .state = CASES[i].is_draft
                                                              ? PB__DOCUMENT_STATE__DOCUMENT_STATE_DRAFT
                                                              : PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED};
        const struct agenda_item item = {.title = "A", .minutes = 5, .documents = &document, .n_documents = 1};
        struct meeting meeting = meeting_of(THEMATIC, SCHEDULED);
        Pb__Meeting view = PB__MEETING__INIT;
        meeting.starts_at_us = local(2026, 12, 4, 19);
        meeting.registered_at_us = 1;
        meeting.participants = (Pb__Participants)CASES[i].participants;
        meeting.participant_ids = &HIM;
        meeting.n_participants = CASES[i].participants == BY_NAME;
        meeting.agenda = &item;
        meeting.n_agenda = 1;
        view_warnings(ctx, &meeting, &host, &view);
        if ((view.n_warnings > 0) != CASES[i].is_warned)
            fail_msg("%s", CASES[i].what);
        if (view.n_warnings > 0)
            assert_non_null(strstr(view.warnings[0]->message, "Nghị quyết"));
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_an_edit_that_changes_nothing_raises_nothing),
        CASE(test_a_published_meeting_keeps_a_topic),
        CASE(test_once_it_has_begun_it_changes_with_a_note_and_within_its_month),
        CASE(test_a_meeting_belongs_to_the_month_that_is_said_up_to_seven_days_off),
        CASE(test_a_month_that_was_said_stays_while_the_hour_is_near_it),
        CASE(test_a_meeting_that_becomes_regular_is_registered_then),
        CASE(test_a_regular_meeting_is_of_all),
        CASE(test_what_is_warned_of_and_never_refused),
        CASE(test_another_meeting_is_near_within_two_hours),
        CASE(test_a_document_that_some_cannot_open_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
