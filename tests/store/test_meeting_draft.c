/* What drafts are made of (services/meeting/draft) against a real PostgreSQL: which months are taken, which meeting was
 * the last, which proposals wait, which documents are new to the branch. */
#include "meeting_fixture.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "services/meeting/document/document_store.h"
#include "services/meeting/draft/draft_store.h"
#include "services/meeting/meeting/meeting_store.h"
#include "services/meeting/proposal/proposal_set.h"

#include <string.h>

enum {
    DRAFT = PB__MEETING_STATE__MEETING_STATE_DRAFT,
    SCHEDULED = PB__MEETING_STATE__MEETING_STATE_SCHEDULED,
    HELD = PB__MEETING_STATE__MEETING_STATE_HELD,
    CANCELLED = PB__MEETING_STATE__MEETING_STATE_CANCELLED,
};

/* Of 10B; the months of 2026 are far enough from each other. */
static void keep_meeting(struct fixture *f, uint8_t id, int32_t month, int state)
{
    struct meeting meeting = meeting_of(id, &BRANCH_10B, clock_month_start_us(month) + CLOCK_DAY_US);
    meeting.state = (Pb__MeetingState)state;
    keep(f, &meeting);
}

static int32_t december_month(void)
{
    return clock_local_month(december(1));
}

static void test_months_that_are_not_cancelled_are_taken(void **state)
{
    struct fixture *f = *state;
    int32_t month = december_month();
    keep_meeting(f, 2, month - 1, HELD);
    keep_meeting(f, 3, month, DRAFT);
    keep_meeting(f, 4, month + 1, CANCELLED);
    keep_meeting(f, 5, month + 2, SCHEDULED);
    struct pg_result *rows = draft_store_queue_taken(f->ctx, f->pg, &BRANCH_10B, month);
    must_flush(f->pg);
    size_t n;
    const int32_t *taken = pg_get_int4s(f->ctx, rows, 0, 0, &n);
    assert_int_equal(n, 2);
    assert_true(draft_is_taken(taken, n, month) && draft_is_taken(taken, n, month + 2));
    rows = draft_store_queue_taken(f->ctx, f->pg, &BRANCH_4, month);
    must_flush(f->pg);
    (void)pg_get_int4s(f->ctx, rows, 0, 0, &n);
    assert_int_equal(n, 0);
}

static void test_the_last_meeting_has_begun_and_was_not_cancelled(void **state)
{
    struct fixture *f = *state;
    int32_t month = december_month();
    const struct uuid third = {{3}};
    keep_meeting(f, 2, month - 4, HELD);
    keep_meeting(f, 3, month - 3, SCHEDULED);
    keep_meeting(f, 4, month - 2, CANCELLED);
    keep_meeting(f, 5, month + 1, SCHEDULED);
    struct pg_result *rows = draft_store_queue_last(f->ctx, f->pg, &BRANCH_10B, december(4));
    must_flush(f->pg);
    assert_int_equal(pg_rows(rows), 1);
    struct meeting last;
    meeting_store_read(f->ctx, rows, 0, &last);
    assert_memory_equal(&last.id, &third, sizeof third);
}

/* --- proposals ---------------------------------------------------------------------------------------------------- */

static void propose(struct fixture *f, uint8_t id, int state)
{
    struct loop_batch *batch = load(f, &(struct uuid){{1}});
    const struct named_proposal proposal = {.is = {.id = {{id}},
                                                   .meeting = {{1}},
                                                   .author = MEMBER,
                                                   .title = "Sửa mái",
                                                   .reason = "Dột",
                                                   .state = (Pb__ProposalState)state,
                                                   .created_at_us = id}};
    proposal_set_keep(batch, &proposal);
    write_whole(f, batch);
}

static size_t waiting(struct fixture *f, struct draft_line **ret_lines)
{
    struct pg_result *rows = draft_store_queue_proposals(f->ctx, f->pg, &BRANCH_10B);
    size_t n;
    must_flush(f->pg);
    *ret_lines = draft_store_read_lines(f->ctx, rows, &n);
    return n;
}

static void test_a_proposal_waits_until_a_meeting_has_it(void **state)
{
    struct fixture *f = *state;
    const struct agenda_item topic = {.id = {{0xa9}},
                                      .title = "Sửa mái",
                                      .has_source = true,
                                      .source_type = PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_PROPOSAL,
                                      .source = {{0x21}}};
    struct meeting first = meeting_of(1, &BRANCH_10B, december(4)), next = meeting_of(2, &BRANCH_10B, december(31));
    struct draft_line *lines;
    next.kind = PB__MEETING_KIND__MEETING_KIND_THEMATIC;
    next.agenda = &topic;
    next.n_agenda = 1;
    keep(f, &first);
    propose(f, 0x21, PB__PROPOSAL_STATE__PROPOSAL_STATE_NEXT);
    propose(f, 0x22, PB__PROPOSAL_STATE__PROPOSAL_STATE_OPEN);
    assert_int_equal(waiting(f, &lines), 1);
    assert_int_equal(lines[0].id.bytes[0], 0x21);
    assert_string_equal(lines[0].title, "Sửa mái");
    keep(f, &next);
    assert_int_equal(waiting(f, &lines), 0);
    next.version = 2;
    next.state = PB__MEETING_STATE__MEETING_STATE_CANCELLED;
    keep(f, &next);
    assert_int_equal(waiting(f, &lines), 1);
}

/* --- documents ---------------------------------------------------------------------------------------------------- */

static void publish(struct fixture *f, uint8_t id, uint64_t version, const struct uuid *to, bool subtree, int64_t at_us)
{
    const struct document_row row = {.id = {{id}},
                                     .organization = CITY,
                                     .version = version,
                                     .begins_at_us = at_us,
                                     .state = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED,
                                     .title = "Chỉ thị",
                                     .published_at_us = at_us,
                                     .addressed = to,
                                     .n_addressed = to ? 1 : 0,
                                     .subtree = subtree};
    document_store_write(f->ctx, f->pg, &row, 1);
    must_flush(f->pg);
}

static size_t new_documents(struct fixture *f)
{
    struct pg_result *rows = draft_store_queue_documents(f->ctx, f->pg, &BRANCH_10B, december(20));
    must_flush(f->pg);
    return pg_rows(rows);
}

static void test_documents_are_new_that_were_published_to_all_of_the_branch_since_it_met(void **state)
{
    struct fixture *f = *state;
    struct meeting met = meeting_of(1, &BRANCH_10B, december(4)); /* its agenda names d1 */
    keep(f, &met);
    must(f->pg, "DELETE FROM document WHERE version > 1");
    publish(f, 0xe1, 2, &CITY, true, december(5));
    publish(f, 0xe2, 2, &BRANCH_10B, false, december(6));
    assert_int_equal(new_documents(f), 2);
    publish(f, 0xe3, 2, &CITY, false, december(6));    /* to the city's own organisation */
    publish(f, 0xe4, 2, &BRANCH_4, true, december(6)); /* to another branch */
    publish(f, 0xe5, 2, NULL, false, december(6));     /* to some of its people, or withdrawn */
    publish(f, 0xe6, 2, &CITY, true, december(3));     /* before it met */
    publish(f, 0xd1, 2, &CITY, true, december(6));     /* it was on its agenda */
    assert_int_equal(new_documents(f), 2);
    publish(f, 0xe1, 3, NULL, false, 0); /* withdrawn meanwhile */
    assert_int_equal(new_documents(f), 1);
    publish(f, 0xe2, 3, &BRANCH_10B, false, 0); /* put right: it was published when it was */
    assert_int_equal(new_documents(f), 1);
    must(f->pg, "DELETE FROM document WHERE version > 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_months_that_are_not_cancelled_are_taken),
        CASE(test_the_last_meeting_has_begun_and_was_not_cancelled),
        CASE(test_a_proposal_waits_until_a_meeting_has_it),
        CASE(test_documents_are_new_that_were_published_to_all_of_the_branch_since_it_met),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
