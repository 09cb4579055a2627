/* The pure rules of services/analytics: what a fact counts as, and where. */
#include "rules.h"

#include "common/base/array.h"
#include "services/analytics/dashboard/dashboard.h"
#include "services/analytics/document/document.h"
#include "services/analytics/meeting/meeting.h"
#include "services/analytics/person/person.h"
#include "services/analytics/reading/reading.h"

/* --- meetings ----------------------------------------------------------------------------------------------------- */

static void test_a_meeting_counts_by_its_state_and_kind(void **state)
{
    (void)state;
    const struct {
        Pb__MeetingState state;
        Pb__MeetingKind kind;
        bool is_registered;
        int32_t registered, held, cancelled, regular, regular_held;
    } rows[] = {
        {PB__MEETING_STATE__MEETING_STATE_DRAFT, PB__MEETING_KIND__MEETING_KIND_REGULAR, false, 0, 0, 0, 0, 0},
        {PB__MEETING_STATE__MEETING_STATE_SCHEDULED, PB__MEETING_KIND__MEETING_KIND_REGULAR, true, 1, 0, 0, 1, 0},
        {PB__MEETING_STATE__MEETING_STATE_SCHEDULED, PB__MEETING_KIND__MEETING_KIND_THEMATIC, true, 1, 0, 0, 0, 0},
        {PB__MEETING_STATE__MEETING_STATE_HELD, PB__MEETING_KIND__MEETING_KIND_REGULAR, true, 1, 1, 0, 1, 1},
        {PB__MEETING_STATE__MEETING_STATE_CANCELLED, PB__MEETING_KIND__MEETING_KIND_REGULAR, true, 0, 0, 1, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct meeting meeting = {
            .version = 1, .state = rows[i].state, .kind = rows[i].kind, .is_registered = rows[i].is_registered};
        struct month_counts counts = meeting_count(&meeting);
        assert_int_equal(counts.n[MONTH_REGISTERED], rows[i].registered);
        assert_int_equal(counts.n[MONTH_HELD], rows[i].held);
        assert_int_equal(counts.n[MONTH_CANCELLED], rows[i].cancelled);
        assert_int_equal(counts.n[MONTH_REGULAR], rows[i].regular);
        assert_int_equal(counts.n[MONTH_REGULAR_HELD], rows[i].regular_held);
    }
}

static void test_a_meeting_that_is_not_known_counts_as_nothing(void **state)
{
    (void)state;
    struct month_counts counts = meeting_count(&(struct meeting){.state = PB__MEETING_STATE__MEETING_STATE_HELD});
    assert_int_equal(counts.n[MONTH_HELD], 0);
}

/* --- members ------------------------------------------------------------------------------------------------------ */

/* In branch 1 from 100 to 200, then in branch 2; left at 300 if `left_at_us` says so. */
static Pb__DirectoryMember *record_of(int64_t left_at_us)
{
    Pb__DirectoryMember *record = mem_new(ctx, Pb__DirectoryMember);
    pb__directory_member__init(record);
    record->version = 1;
    record->intervals = mem_array(ctx, Pb__DirectoryMember__Interval *, 2);
    for (uint8_t i = 0; i < 2; i++) {
        Pb__DirectoryMember__Interval *interval = mem_new(ctx, Pb__DirectoryMember__Interval);
        const struct uuid branch = {{(uint8_t)(i + 1)}};
        pb__directory_member__interval__init(interval);
        interval->branch_id = uuid_to_pb(ctx, &branch);
        interval->from_us = i == 0 ? 100 : 200;
        interval->has_to_us = i == 0 || left_at_us > 0;
        interval->to_us = i == 0 ? 200 : left_at_us;
        record->intervals[record->n_intervals++] = interval;
    }
    return record;
}

static void test_a_reader_was_in_the_branch_of_that_time(void **state)
{
    (void)state;
    const struct {
        int64_t at_us;
        uint8_t branch; /* 0: none */
    } rows[] = {{50, 1}, {100, 1}, {199, 1}, {200, 2}, {299, 2}, {300, 0}};
    const Pb__DirectoryMember *record = record_of(300);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct uuid branch = {{0}};
        assert_int_equal(reading_branch_at(record, rows[i].at_us, &branch), rows[i].branch > 0);
        assert_int_equal(branch.bytes[0], rows[i].branch);
    }
    struct uuid nowhere;
    assert_false(reading_branch_at(NULL, 100, &nowhere));
}

static void test_a_member_counts_while_he_is_one(void **state)
{
    (void)state;
    struct person member = {.devices = 2, .is_activated = true};
    assert_int_equal(person_count(&member).n[TOTAL_INSTALLED], 0);
    person_take(&member, record_of(0));
    struct total_counts counts = person_count(&member);
    assert_int_equal(member.branch.bytes[0], 2);
    assert_int_equal(counts.n[TOTAL_MEMBERS], 1);
    assert_int_equal(counts.n[TOTAL_ATTENDANCE_BASE], 1);
    assert_int_equal(counts.n[TOTAL_ACTIVATED], 1);
    assert_int_equal(counts.n[TOTAL_INSTALLED], 1);
    member.status = PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED;
    assert_int_equal(person_count(&member).n[TOTAL_ATTENDANCE_BASE], 0);
    person_take(&member, record_of(300));
    assert_int_equal(person_count(&member).n[TOTAL_MEMBERS], 0);
}

static void test_the_newest_start_decides_who_is_active(void **state)
{
    (void)state;
    struct person member = {0};
    person_take_start(&member, 1000, 1031);
    assert_false(member.is_active);
    person_take_start(&member, 1001, 1031);
    assert_true(member.is_active);
    person_take_start(&member, 900, 1031);
    assert_int_equal(member.active_on, 1001);
    assert_true(member.is_active);
}

/* --- documents ---------------------------------------------------------------------------------------------------- */

static Pb__DocumentFacts *facts_of(Pb__Classification classification)
{
    const struct uuid org = {{9}};
    Pb__DocumentFacts *facts = mem_new(ctx, Pb__DocumentFacts);
    pb__document_facts__init(facts);
    facts->version = 1;
    facts->state = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED;
    facts->classification = classification;
    facts->audience = mem_new(ctx, Pb__Audience);
    pb__audience__init(facts->audience);
    facts->audience->organization_ids = mem_new(ctx, ProtobufCBinaryData);
    facts->audience->organization_ids[0] = uuid_to_pb(ctx, &org);
    facts->audience->n_organization_ids = 1;
    facts->audience->roles = mem_array(ctx, Pb__Role, 2);
    return facts;
}

static struct document taken(const Pb__DocumentFacts *facts)
{
    const struct uuid org = {{9}};
    struct document document;
    assert_int_equal(document_take(ctx, facts, &org, 0, &document), ERR_OK);
    return document;
}

static bool addresses_whole_organisations(const Pb__DocumentFacts *facts)
{
    struct document document = taken(facts);
    return audience_asks_no_role(&document.audience);
}

static void test_a_document_addresses_whole_organisations_unless_it_asks_for_roles(void **state)
{
    (void)state;
    Pb__DocumentFacts *facts = facts_of(PB__CLASSIFICATION__CLASSIFICATION_INTERNAL);
    assert_true(addresses_whole_organisations(facts));
    facts->audience->roles[facts->audience->n_roles++] = PB__ROLE__ROLE_SECRETARY;
    assert_false(addresses_whole_organisations(facts));
    facts->audience->roles[facts->audience->n_roles++] = PB__ROLE__ROLE_MEMBER; /* everyone is one */
    assert_true(addresses_whole_organisations(facts));
}

static void test_readers_change_with_state_month_and_audience_only(void **state)
{
    (void)state;
    Pb__DocumentFacts *facts = facts_of(PB__CLASSIFICATION__CLASSIFICATION_INTERNAL);
    const struct document document = taken(facts);
    facts->version = 2;
    const struct document edited = taken(facts);
    assert_true(document_same_readers(&document, &edited));
    facts->audience->subtree = true;
    const struct document wider = taken(facts);
    assert_false(document_same_readers(&document, &wider));
    facts->state = PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN;
    const struct document withdrawn = taken(facts), never = {0};
    assert_false(document_same_readers(&document, &withdrawn));
    assert_true(document_same_readers(&withdrawn, &never));
}

static void test_a_restricted_document_is_not_counted(void **state)
{
    (void)state;
    const struct document document = taken(facts_of(PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED));
    assert_int_equal(document_count(&document).n[MONTH_DOCUMENTS_PUBLISHED], 0);
}

/* --- dashboards --------------------------------------------------------------------------------------------------- */

static void test_a_dashboard_says_each_counter_and_the_branches_that_lack_something(void **state)
{
    (void)state;
    const struct dashboard_counters counters = {.members = 1,
                                                .branches = 20,
                                                .active_30d = 3,
                                                .cancelled = 4,
                                                .branches_registered = 5,
                                                .branches_held = 6,
                                                .documents_audience = 7,
                                                .documents_read = 8,
                                                .comments = 9};
    Pb__Dashboard dashboard = PB__DASHBOARD__INIT;
    dashboard_fill(ctx, &counters, &dashboard);
    assert_int_equal(dashboard.members, 1);
    assert_int_equal(dashboard.adoption->active_30d, 3);
    assert_int_equal(dashboard.meetings->cancelled, 4);
    assert_int_equal(dashboard.meetings->branches_not_registered, 15);
    assert_int_equal(dashboard.meetings->branches_not_held, 14);
    assert_int_equal(dashboard.documents->audience, 7);
    assert_int_equal(dashboard.documents->read, 8);
    assert_int_equal(dashboard.participation->comments, 9);
    assert_int_equal(dashboard.attendance->present, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_meeting_counts_by_its_state_and_kind),
        cmocka_unit_test(test_a_meeting_that_is_not_known_counts_as_nothing),
        cmocka_unit_test(test_a_reader_was_in_the_branch_of_that_time),
        cmocka_unit_test(test_a_member_counts_while_he_is_one),
        cmocka_unit_test(test_the_newest_start_decides_who_is_active),
        cmocka_unit_test(test_a_document_addresses_whole_organisations_unless_it_asks_for_roles),
        cmocka_unit_test(test_readers_change_with_state_month_and_audience_only),
        cmocka_unit_test(test_a_restricted_document_is_not_counted),
        cmocka_unit_test(test_a_dashboard_says_each_counter_and_the_branches_that_lack_something),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
