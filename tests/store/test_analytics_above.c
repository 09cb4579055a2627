/* services/analytics: what the levels above see beside sums: children side by side, months in a row, and each branch's
 * meeting of a month. */
#include "analytics_fixture.h"

#include "common/base/mem.h"
#include "services/analytics/compliance/compliance_store.h"
#include "services/analytics/dashboard/dashboard_store.h"
#include "sotay/v1/notification.pb-c.h"
#include "sotay/v1/reminder.pb-c.h"

#include <stdlib.h>
#include <string.h>

#define HELD PB__MEETING_STATE__MEETING_STATE_HELD
#define SCHEDULED PB__MEETING_STATE__MEETING_STATE_SCHEDULED
#define CANCELLED PB__MEETING_STATE__MEETING_STATE_CANCELLED
#define DRAFT PB__MEETING_STATE__MEETING_STATE_DRAFT
#define STATE(word) PB__COMPLIANCE_STATE__COMPLIANCE_STATE_##word

static const struct directory_scope OFFICER_OF_CITY = {.officers = (struct uuid *)(uintptr_t)&CITY, .n_officers = 1};
static const struct directory_scope SECRETARY_OF_10B = {.heads = (struct uuid *)(uintptr_t)&BRANCH_10B, .n_heads = 1};
static const struct directory_scope COMMITTEE_OF_WARD = {.committees = (struct uuid *)(uintptr_t)&WARD,
                                                         .n_committees = 1};
static const struct directory_scope ADMIN_OF_CITY = {.admins = (struct uuid *)(uintptr_t)&CITY, .n_admins = 1};

static struct event named(struct event organization, const char *name)
{
    ((Pb__DirectoryOrganization *)(uintptr_t)organization.message.body)->name = (char *)(uintptr_t)name;
    return organization;
}

/* --- children ----------------------------------------------------------------------------------------------------- */

/* The first bytes of the children's ids, page after page. */
static const char *children(struct fixture *f, const struct uuid *parent, const struct directory_scope *scope,
                            Pb__ChildrenSort sort, int64_t limit)
{
    struct keyset end;
    struct dashboard_children wanted = {
        .parent = parent, .scope = scope, .month = NOVEMBER, .sort = sort, .limit = limit};
    char *text = mem_text(f->ctx, "");
    for (;;) {
        struct pg_result *rows = dashboard_store_children(f->pg, f->ctx, &wanted);
        must_flush(f->pg);
        for (size_t row = 0; row < pg_rows(rows); row++) {
            const Pb__OrganizationRef *child = dashboard_store_get_child(f->ctx, rows, row, &end);
            text = mem_append(text, "%02x ", child->id.data[0]);
        }
        if ((int64_t)pg_rows(rows) < limit)
            return text;
        wanted.after = &end;
    }
}

static void test_children_come_in_the_order_that_is_asked_for_whatever_the_pages(void **state)
{
    struct fixture *f = *state;
    tell_tree(f);
    tell_people(f);
    BATCH(f, named(told_organization(f, &BRANCH_10B, 2, &WARD, PB__LEVEL__LEVEL_BRANCH), "Chi bộ 10B"),
          named(told_organization(f, &BRANCH_4, 2, &WARD, PB__LEVEL__LEVEL_BRANCH), "Chi bộ 4"),
          named(told_organization(f, &BRANCH_9, 2, &WARD, PB__LEVEL__LEVEL_BRANCH), "Chi bộ 9"),
          told_meeting(f, 1, 1, &BRANCH_4, NOVEMBER, HELD), told_meeting(f, 2, 1, &BRANCH_9, NOVEMBER, SCHEDULED),
          told_document(f, 1, 1, PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED, &BRANCH_10B, false),
          has_read(f, &MEMBER, 1, november(3), november(3)), counted(f, 1, 1, &BRANCH_4, NOVEMBER, 10, 9),
          counted(f, 3, 1, &BRANCH_9, NOVEMBER, 10, 5));
    for (int64_t limit = 1; limit <= 4; limit++) {
        assert_string_equal(children(f, &WARD, &OFFICER_OF_CITY, PB__CHILDREN_SORT__CHILDREN_SORT_NAME, limit),
                            "b4 b9 b1 ");
        assert_string_equal(
            children(f, &WARD, &OFFICER_OF_CITY, PB__CHILDREN_SORT__CHILDREN_SORT_NOT_REGISTERED, limit), "b1 b4 b9 ");
        assert_string_equal(children(f, &WARD, &OFFICER_OF_CITY, PB__CHILDREN_SORT__CHILDREN_SORT_NOT_HELD, limit),
                            "b9 b1 b4 ");
        assert_string_equal(children(f, &WARD, &OFFICER_OF_CITY, PB__CHILDREN_SORT__CHILDREN_SORT_READ, limit),
                            "b1 b4 b9 ");
        assert_string_equal(children(f, &WARD, &OFFICER_OF_CITY, PB__CHILDREN_SORT__CHILDREN_SORT_ATTENDANCE, limit),
                            "b9 b4 b1 ");
    }
    assert_string_equal(children(f, &CITY, &ADMIN_OF_CITY, PB__CHILDREN_SORT__CHILDREN_SORT_NAME, 5), "c2 c3 ");
    assert_string_equal(children(f, &BRANCH_4, &ADMIN_OF_CITY, PB__CHILDREN_SORT__CHILDREN_SORT_NAME, 5), "");
}

static void test_whoever_has_no_subtree_sees_of_children_those_whose_dashboard_is_his(void **state)
{
    struct fixture *f = *state;
    tell_tree(f);
    assert_string_equal(children(f, &WARD, &SECRETARY_OF_10B, PB__CHILDREN_SORT__CHILDREN_SORT_NAME, 5), "b1 ");
    assert_string_equal(children(f, &WARD, &COMMITTEE_OF_WARD, PB__CHILDREN_SORT__CHILDREN_SORT_NAME, 5), "");
}

static void test_a_childs_row_is_its_dashboard(void **state)
{
    struct fixture *f = *state;
    struct dashboard_counters counters;
    struct keyset end;
    tell_tree(f);
    BATCH(f, commented(f, 1, &BRANCH_10B, NOVEMBER), told_meeting(f, 1, 1, &BRANCH_10B, NOVEMBER, HELD));
    const struct dashboard_children wanted = {
        .parent = &CITY, .scope = &OFFICER_OF_CITY, .month = NOVEMBER, .limit = 1};
    struct pg_result *rows = dashboard_store_children(f->pg, f->ctx, &wanted);
    must_flush(f->pg);
    dashboard_store_get(rows, 0, &counters);
    struct dashboard_counters own = dashboard(f, &WARD, NOVEMBER);
    assert_memory_equal(&counters, &own, sizeof own);
    const Pb__OrganizationRef *ref = dashboard_store_get_child(f->ctx, rows, 0, &end);
    assert_string_equal(ref->name, "Chi bộ");
    assert_int_equal(ref->level, PB__LEVEL__LEVEL_GRASSROOTS);
}

/* --- trend -------------------------------------------------------------------------------------------------------- */

static void test_months_come_in_a_row_with_those_in_which_nothing_was(void **state)
{
    struct fixture *f = *state;
    struct dashboard_counters counters;
    tell_tree(f);
    BATCH(f, told_meeting(f, 1, 1, &BRANCH_10B, NOVEMBER, HELD),
          told_meeting(f, 2, 1, &BRANCH_4, NOVEMBER - 2, SCHEDULED));
    struct pg_result *rows = dashboard_store_months(f->pg, f->ctx, &WARD, NOVEMBER - 3, NOVEMBER);
    must_flush(f->pg);
    static const int64_t REGISTERED[] = {0, 1, 0, 1};
    assert_int_equal(pg_rows(rows), ARRAY_LENGTH(REGISTERED));
    for (size_t row = 0; row < ARRAY_LENGTH(REGISTERED); row++) {
        dashboard_store_get(rows, row, &counters);
        assert_int_equal(counters.registered, REGISTERED[row]);
        assert_int_equal(counters.branches, 2);
    }
}

/* --- compliance --------------------------------------------------------------------------------------------------- */

static struct compliance_wanted of_city(void)
{
    return (struct compliance_wanted){
        .organization = &CITY, .scope = &OFFICER_OF_CITY, .month = NOVEMBER, .now_us = november(10), .limit = 100};
}

static const char *listed_so(struct fixture *f, struct compliance_wanted wanted)
{
    char *text = mem_text(f->ctx, "");
    for (;;) {
        struct pg_result *rows = compliance_store_list(f->pg, f->ctx, &wanted);
        struct compliance_branch *branch = mem_new(f->ctx, struct compliance_branch);
        must_flush(f->pg);
        for (size_t row = 0; row < pg_rows(rows); row++) {
            compliance_store_get(f->ctx, rows, row, branch);
            text = mem_append(text, "%02x ", branch->id.bytes[0]);
        }
        if ((int64_t)pg_rows(rows) < wanted.limit)
            return text;
        wanted.after = &branch->id;
    }
}

/* Of the whole city both ways answer alike. */
static const char *listed(struct fixture *f, struct compliance_wanted wanted)
{
    const char *part = listed_so(f, wanted);
    if (wanted.organization == &CITY && wanted.scope == &OFFICER_OF_CITY) {
        wanted.is_all = true;
        assert_string_equal(listed_so(f, wanted), part);
    }
    return part;
}

static const char *in_state(struct fixture *f, Pb__ComplianceState state, int64_t now_us)
{
    struct compliance_wanted wanted = of_city();
    wanted.has_state = true;
    wanted.state = state;
    wanted.now_us = now_us;
    return listed(f, wanted);
}

static struct event on(struct event meeting, int64_t starts_at_us)
{
    facts_of_meeting(&meeting)->starts_at_us = starts_at_us;
    return meeting;
}

static struct event with_resolution(struct event meeting, int64_t due_at_us, int64_t published_at_us)
{
    Pb__MeetingFacts *facts = facts_of_meeting(&meeting);
    facts->has_resolution_due_at_us = facts->has_resolution_published_at_us = true;
    facts->resolution_due_at_us = due_at_us;
    facts->resolution_published_at_us = published_at_us;
    return meeting;
}

static void test_every_branch_is_in_one_state_and_in_the_list_of_all(void **state)
{
    struct fixture *f = *state;
    static const struct uuid BRANCH_A = {{0xba}}, BRANCH_B = {{0xbb}}, BRANCH_C = {{0xbc}};
    tell_tree(f);
    BATCH(f, told_organization(f, &BRANCH_A, 1, &WARD, PB__LEVEL__LEVEL_BRANCH),
          told_organization(f, &BRANCH_B, 1, &WARD_2, PB__LEVEL__LEVEL_BRANCH),
          told_organization(f, &BRANCH_C, 1, &WARD_2, PB__LEVEL__LEVEL_BRANCH),
          on(told_meeting(f, 1, 1, &BRANCH_4, NOVEMBER, SCHEDULED), november(10)),
          on(told_meeting(f, 2, 1, &BRANCH_9, NOVEMBER, SCHEDULED), november(9)),
          with_resolution(told_meeting(f, 3, 1, &BRANCH_A, NOVEMBER, HELD), november(11), 0),
          with_resolution(told_meeting(f, 4, 1, &BRANCH_B, NOVEMBER, HELD), november(9), 0),
          with_resolution(told_meeting(f, 5, 1, &BRANCH_C, NOVEMBER, HELD), november(9), november(10)));
    assert_string_equal(listed(f, of_city()), "b1 b4 b9 ba bb bc ");
    assert_string_equal(in_state(f, STATE(NOT_REGISTERED), november(10)), "b1 ");
    assert_string_equal(in_state(f, STATE(REGISTERED), november(10)), "b4 ");
    assert_string_equal(in_state(f, STATE(NOT_HELD), november(10)), "b9 ");
    assert_string_equal(in_state(f, STATE(HELD), november(10)), "ba ");
    assert_string_equal(in_state(f, STATE(RESOLUTION_OVERDUE), november(10)), "bb ");
    assert_string_equal(in_state(f, STATE(COMPLETE), november(10)), "bc ");
    assert_string_equal(in_state(f, STATE(NOT_HELD), november(11)), "b4 b9 ");
    assert_string_equal(in_state(f, STATE(NOT_REGISTERED), november(11)), "b1 ");
    for (int64_t limit = 1; limit <= 7; limit++) {
        struct compliance_wanted wanted = of_city();
        wanted.limit = limit;
        assert_string_equal(listed(f, wanted), "b1 b4 b9 ba bb bc ");
    }
}

static void test_drafts_cancelled_and_other_meetings_are_no_registration(void **state)
{
    struct fixture *f = *state;
    tell_tree(f);
    struct event thematic = told_meeting(f, 3, 1, &BRANCH_9, NOVEMBER, SCHEDULED);
    facts_of_meeting(&thematic)->kind = PB__MEETING_KIND__MEETING_KIND_THEMATIC;
    BATCH(f, told_meeting(f, 1, 1, &BRANCH_10B, NOVEMBER, DRAFT), told_meeting(f, 2, 1, &BRANCH_4, NOVEMBER, CANCELLED),
          thematic, told_meeting(f, 4, 1, &BRANCH_9, NOVEMBER + 1, SCHEDULED));
    assert_string_equal(in_state(f, STATE(NOT_REGISTERED), november(10)), "b1 b4 b9 ");
}

static void test_a_meeting_that_takes_anothers_place_shows_once(void **state)
{
    struct fixture *f = *state;
    tell_tree(f);
    BATCH(f, told_meeting(f, 1, 1, &BRANCH_10B, NOVEMBER, SCHEDULED),
          told_meeting(f, 2, 1, &BRANCH_10B, NOVEMBER, HELD));
    assert_string_equal(listed(f, of_city()), "b1 b4 b9 ");
}

static void test_a_branch_that_has_ended_shows_where_it_met(void **state)
{
    struct fixture *f = *state;
    tell_tree(f);
    struct event ended = told_organization(f, &BRANCH_4, 2, &WARD, PB__LEVEL__LEVEL_BRANCH);
    ((Pb__DirectoryOrganization *)(uintptr_t)ended.message.body)->state =
        PB__ORGANIZATION_STATE__ORGANIZATION_STATE_CLOSED;
    BATCH(f, told_meeting(f, 1, 1, &BRANCH_4, NOVEMBER, HELD), ended);
    struct compliance_wanted wanted = of_city();
    assert_string_equal(listed(f, wanted), "b1 b4 b9 ");
    wanted.month++;
    assert_string_equal(listed(f, wanted), "b1 b9 ");
}

static void test_compliance_is_for_those_who_answer_for_the_branch(void **state)
{
    struct fixture *f = *state;
    struct compliance_wanted wanted = of_city();
    tell_tree(f);
    wanted.organization = &WARD;
    assert_string_equal(listed(f, wanted), "b1 b4 ");
    wanted.scope = &SECRETARY_OF_10B;
    assert_string_equal(listed(f, wanted), "b1 ");
    wanted.scope = &ADMIN_OF_CITY;
    assert_string_equal(listed(f, wanted), "");
}

static void test_a_row_says_the_secretary_and_what_was_registered(void **state)
{
    struct fixture *f = *state;
    struct compliance_branch branch;
    tell_tree(f);
    struct event secretary = told_member(f, &SECRETARY, 1, &BRANCH_10B, 1, NULL);
    holds(f, &secretary, PB__ROLE__ROLE_SECRETARY, &BRANCH_10B);
    ((Pb__DirectoryMember *)(uintptr_t)secretary.message.body)->phone = mem_text(f->ctx, "+84912345678");
    struct event meeting = on(told_meeting(f, 1, 1, &BRANCH_10B, NOVEMBER, SCHEDULED), november(4));
    facts_of_meeting(&meeting)->registered_at_us = november(1);
    BATCH(f, secretary, meeting);
    const struct compliance_wanted wanted = of_city();
    struct pg_result *rows = compliance_store_list(f->pg, f->ctx, &wanted);
    must_flush(f->pg);
    compliance_store_get(f->ctx, rows, 0, &branch);
    assert_string_equal(branch.code, "HN-B1");
    assert_int_equal(branch.n_path, 3);
    assert_true(branch.is_registered && branch.is_on_time && !branch.is_held);
    assert_int_equal(branch.registered_at_us, november(1));
    assert_int_equal(branch.starts_at_us, november(4));
    assert_string_equal(branch.secretary->full_name, "Nguyễn Văn A");
    assert_string_equal(branch.secretary->phone, "+84912345678");
    compliance_store_get(f->ctx, rows, 1, &branch);
    assert_null(branch.secretary);
    assert_false(branch.is_registered);
}

static struct event reminded(struct fixture *f, uint8_t id, const struct uuid *branch, int64_t at_us)
{
    const struct uuid notification = {{id}};
    Pb__BranchesReminded *event = mem_new(f->ctx, Pb__BranchesReminded);
    pb__branches_reminded__init(event);
    event->notification_id = uuid_to_pb(f->ctx, &notification);
    event->organization_id = uuid_to_pb(f->ctx, &WARD);
    event->month = NOVEMBER;
    event->n_branch_ids = 1;
    event->branch_ids = mem_new(f->ctx, ProtobufCBinaryData);
    *event->branch_ids = uuid_to_pb(f->ctx, branch);
    event->reminded_at_us = at_us;
    event->title = event->body = mem_text(f->ctx, "Nhắc");
    return event_of(TOPIC_MEETING_EVENTS, &WARD, &event->base);
}

static struct event recalled(struct fixture *f, uint8_t id)
{
    const struct uuid notification = {{id}};
    Pb__NotificationRecalled *event = mem_new(f->ctx, Pb__NotificationRecalled);
    pb__notification_recalled__init(event);
    event->notification_id = uuid_to_pb(f->ctx, &notification);
    return event_of(TOPIC_NOTIFICATION_EVENTS, &notification, &event->base);
}

static int64_t reminded_at(struct fixture *f)
{
    const struct compliance_wanted wanted = of_city();
    struct compliance_branch branch;
    struct pg_result *rows = compliance_store_list(f->pg, f->ctx, &wanted);
    must_flush(f->pg);
    compliance_store_get(f->ctx, rows, 0, &branch);
    assert_memory_equal(&branch.id, &BRANCH_10B, sizeof BRANCH_10B);
    return branch.reminded_at_us;
}

static void test_a_row_says_when_the_branch_was_reminded_last(void **state)
{
    struct fixture *f = *state;
    tell_tree(f);
    assert_int_equal(reminded_at(f), 0);
    BATCH(f, reminded(f, 1, &BRANCH_10B, november(3)), reminded(f, 2, &BRANCH_4, november(9)));
    assert_int_equal(reminded_at(f), november(3));
    BATCH(f, reminded(f, 3, &BRANCH_10B, november(6)), reminded(f, 1, &BRANCH_10B, november(3)));
    assert_int_equal(reminded_at(f), november(6));
    BATCH(f, recalled(f, 3), recalled(f, 3));
    assert_int_equal(reminded_at(f), november(3));
    BATCH(f, recalled(f, 4)); /* heard before what it takes back */
    BATCH(f, reminded(f, 4, &BRANCH_10B, november(8)));
    assert_int_equal(reminded_at(f), november(3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_children_come_in_the_order_that_is_asked_for_whatever_the_pages),
        CASE(test_whoever_has_no_subtree_sees_of_children_those_whose_dashboard_is_his),
        CASE(test_a_childs_row_is_its_dashboard),
        CASE(test_months_come_in_a_row_with_those_in_which_nothing_was),
        CASE(test_a_row_says_when_the_branch_was_reminded_last),
        CASE(test_every_branch_is_in_one_state_and_in_the_list_of_all),
        CASE(test_drafts_cancelled_and_other_meetings_are_no_registration),
        CASE(test_a_meeting_that_takes_anothers_place_shows_once),
        CASE(test_a_branch_that_has_ended_shows_where_it_met),
        CASE(test_compliance_is_for_those_who_answer_for_the_branch),
        CASE(test_a_row_says_the_secretary_and_what_was_registered),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
