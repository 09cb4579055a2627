/* The pure rules of services/analytics: what a fact counts as, and where. */
#include "rules.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "services/analytics/compliance/compliance.h"
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

static void test_a_held_meetings_resolution_is_published_or_owed_or_overdue(void **state)
{
    (void)state;
    static const struct {
        Pb__MeetingState state;
        int64_t due_at_us, published_at_us;
        bool is_overdue;
        int32_t published, due, overdue;
    } rows[] = {
        {PB__MEETING_STATE__MEETING_STATE_SCHEDULED, 9, 0, true, 0, 0, 0},
        {PB__MEETING_STATE__MEETING_STATE_HELD, 0, 0, false, 0, 0, 0},
        {PB__MEETING_STATE__MEETING_STATE_HELD, 9, 0, false, 0, 1, 0},
        {PB__MEETING_STATE__MEETING_STATE_HELD, 9, 0, true, 0, 0, 1},
        {PB__MEETING_STATE__MEETING_STATE_HELD, 9, 10, true, 1, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct month_counts counts = meeting_count(
            &(struct meeting){.version = 1,
                              .state = rows[i].state,
                              .resolution_due_at_us = rows[i].due_at_us,
                              .resolution_published_at_us = rows[i].published_at_us,
                              .is_overdue = rows[i].is_overdue});
        assert_int_equal(counts.n[MONTH_RESOLUTIONS_PUBLISHED], rows[i].published);
        assert_int_equal(counts.n[MONTH_RESOLUTIONS_DUE], rows[i].due);
        assert_int_equal(counts.n[MONTH_RESOLUTIONS_OVERDUE], rows[i].overdue);
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

static void test_what_was_published_and_replaced_still_counts(void **state)
{
    (void)state;
    static const struct {
        Pb__DocumentState state;
        Pb__Classification classification;
        bool counts;
    } CASES[] = {
        {PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED, PB__CLASSIFICATION__CLASSIFICATION_INTERNAL, true},
        {PB__DOCUMENT_STATE__DOCUMENT_STATE_REPLACED, PB__CLASSIFICATION__CLASSIFICATION_INTERNAL, true},
        {PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN, PB__CLASSIFICATION__CLASSIFICATION_INTERNAL, false},
        {PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED, PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        Pb__DocumentFacts *facts = facts_of(CASES[i].classification);
        facts->state = CASES[i].state;
        const struct document document = taken(facts);
        assert_int_equal(document_count(&document).n[MONTH_DOCUMENTS_PUBLISHED], CASES[i].counts);
    }
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

static void test_a_month_of_a_trend_says_percents_only_of_something(void **state)
{
    (void)state;
    static const struct {
        int64_t base, present, audience, read;
        int32_t attendance_percent, read_percent; /* -1: none */
    } rows[] = {
        {0, 0, 0, 0, -1, -1}, {0, 0, 0, 5, -1, -1}, {102, 102, 8, 9, 100, 100},
        {3, 1, 3, 2, 33, 67}, {200, 1, 1, 0, 1, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct dashboard_counters counters = {.documents_audience = rows[i].audience,
                                                    .documents_read = rows[i].read};
        Pb__Dashboard dashboard = PB__DASHBOARD__INIT;
        Pb__Trend__Month month;
        dashboard_fill(ctx, &counters, &dashboard);
        dashboard.attendance->base_members = rows[i].base;
        dashboard.attendance->present = rows[i].present;
        dashboard_point(&dashboard, &month);
        assert_int_equal(month.has_attendance_percent ? month.attendance_percent : -1, rows[i].attendance_percent);
        assert_int_equal(month.has_read_percent ? month.read_percent : -1, rows[i].read_percent);
    }
}

/* --- compliance --------------------------------------------------------------------------------------------------- */

#define DECEMBER (2026 * 12 + 11)
#define BRANCH ((struct uuid){{0xb1}})

static int64_t on(int year, int month, int day)
{
    return clock_date_start_us(clock_date_join(year, month, day));
}

static Pb__DirectoryRules *rules_since(int64_t from_us, int32_t registration_day)
{
    Pb__DirectoryRules *rules = mem_new(ctx, Pb__DirectoryRules);
    Pb__DirectoryRules__Version *version = mem_new(ctx, Pb__DirectoryRules__Version);
    pb__directory_rules__init(rules);
    pb__directory_rules__version__init(version);
    version->organization_id = uuid_to_pb(ctx, &BRANCH);
    version->version = 1;
    version->from_us = from_us;
    version->values = mem_new(ctx, Pb__RuleValues);
    pb__rule_values__init(version->values);
    version->values->has_registration_day = true;
    version->values->registration_day = registration_day;
    rules->versions = mem_new(ctx, Pb__DirectoryRules__Version *);
    rules->versions[rules->n_versions++] = version;
    return rules;
}

static void test_a_registration_is_due_by_the_rules_of_its_time(void **state)
{
    (void)state;
    static const struct uuid PATH[] = {{{0xb1}}};
    struct compliance_branch branch = {.path = PATH, .n_path = 1};
    int64_t now_us = on(2027, 1, 1), second_us = CLOCK_SECOND_US;
    assert_int_equal(compliance_due_us(&branch, DECEMBER, now_us), on(2026, 11, 21) - second_us);
    branch.rules = rules_since(on(2026, 11, 10), 15);
    assert_int_equal(compliance_due_us(&branch, DECEMBER, now_us), on(2026, 11, 16) - second_us);
    branch.rules = rules_since(on(2026, 11, 25), 5); /* when it was past */
    assert_int_equal(compliance_due_us(&branch, DECEMBER, now_us), on(2026, 11, 21) - second_us);
    assert_int_equal(compliance_due_us(&branch, DECEMBER + 2, now_us), on(2027, 1, 6) - second_us);
    branch.rules = rules_since(on(2027, 1, 2), 5); /* not yet */
    assert_int_equal(compliance_due_us(&branch, DECEMBER + 2, now_us), on(2027, 1, 21) - second_us);
}

static void test_nobody_is_late_before_the_day_is_over_or_once_he_has_registered(void **state)
{
    (void)state;
    const int64_t due_us = on(2026, 11, 21) - CLOCK_SECOND_US;
    const struct {
        struct compliance_branch branch;
        int64_t now_us;
        bool late;
    } rows[] = {
        {.now_us = due_us - 1},
        {.now_us = due_us + CLOCK_SECOND_US - 1},
        {.now_us = due_us + CLOCK_SECOND_US, .late = true},
        {{.is_registered = true, .is_on_time = true}, due_us + CLOCK_DAY_US, false},
        {{.is_registered = true}, due_us + CLOCK_DAY_US, true},
        {{.is_registered = true}, due_us, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const Pb__Compliance *view = compliance_view(ctx, &rows[i].branch, DECEMBER, rows[i].now_us);
        assert_int_equal(view->due_at_us, due_us);
        assert_int_equal(view->late, rows[i].late);
        assert_int_equal(view->has_on_time, rows[i].branch.is_registered);
    }
}

static void test_a_resolution_is_overdue_when_it_was_told_so_or_its_time_is_past(void **state)
{
    (void)state;
    const struct {
        struct compliance_branch branch;
        Pb__Compliance__Resolution resolution;
    } rows[] = {
        {.resolution = PB__COMPLIANCE__RESOLUTION__RESOLUTION_NONE},
        {{.resolution_due_at_us = 1, .is_overdue = true}, PB__COMPLIANCE__RESOLUTION__RESOLUTION_NONE},
        {{.is_held = true, .resolution_due_at_us = 101}, PB__COMPLIANCE__RESOLUTION__RESOLUTION_DUE},
        {{.is_held = true, .resolution_due_at_us = 100}, PB__COMPLIANCE__RESOLUTION__RESOLUTION_OVERDUE},
        {{.is_held = true, .resolution_due_at_us = CLOCK_DAY_US, .is_overdue = true},
         PB__COMPLIANCE__RESOLUTION__RESOLUTION_OVERDUE},
        {{.resolution_due_at_us = 99, .resolution_published_at_us = 100, .is_overdue = true},
         PB__COMPLIANCE__RESOLUTION__RESOLUTION_PUBLISHED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        assert_int_equal(compliance_view(ctx, &rows[i].branch, DECEMBER, 100 + CLOCK_SECOND_US)->resolution,
                         rows[i].resolution);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_meeting_counts_by_its_state_and_kind),
        cmocka_unit_test(test_a_held_meetings_resolution_is_published_or_owed_or_overdue),
        cmocka_unit_test(test_a_meeting_that_is_not_known_counts_as_nothing),
        cmocka_unit_test(test_a_reader_was_in_the_branch_of_that_time),
        cmocka_unit_test(test_a_member_counts_while_he_is_one),
        cmocka_unit_test(test_the_newest_start_decides_who_is_active),
        cmocka_unit_test(test_what_was_published_and_replaced_still_counts),
        cmocka_unit_test(test_a_document_addresses_whole_organisations_unless_it_asks_for_roles),
        cmocka_unit_test(test_readers_change_with_state_month_and_audience_only),
        cmocka_unit_test(test_a_restricted_document_is_not_counted),
        cmocka_unit_test(test_a_dashboard_says_each_counter_and_the_branches_that_lack_something),
        cmocka_unit_test(test_a_month_of_a_trend_says_percents_only_of_something),
        cmocka_unit_test(test_a_registration_is_due_by_the_rules_of_its_time),
        cmocka_unit_test(test_nobody_is_late_before_the_day_is_over_or_once_he_has_registered),
        cmocka_unit_test(test_a_resolution_is_overdue_when_it_was_told_so_or_its_time_is_past),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
