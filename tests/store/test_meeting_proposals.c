/* Proposals of services/meeting against a real PostgreSQL: what a batch writes is what the next one loads, and who sees
 * them. */
#include "meeting_fixture.h"

#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/proposal/proposal_set.h"
#include "services/meeting/proposal/proposal_store.h"

static const struct uuid MEETING = {{1}}, PROPOSAL = {{0x21}};

static struct named_proposal proposal_of(uint8_t id, const struct uuid *author)
{
    return (struct named_proposal){.is = {.id = {{id}},
                                          .meeting = MEETING,
                                          .author = *author,
                                          .title = "Sửa nhà văn hóa",
                                          .reason = "Mái dột",
                                          .created_at_us = 100 + id}};
}

static void propose(struct fixture *f, uint8_t id, const struct uuid *author)
{
    struct named_proposal made = proposal_of(id, author);
    struct loop_batch *batch = load(f, &MEETING);
    proposal_set_keep(batch, &made);
    meeting_set_count(batch, &MEETING, MEETING_PROPOSALS, 1);
    write_whole(f, batch);
}

static void propose_thrice(struct fixture *f)
{
    struct meeting meeting = meeting_of(1, &BRANCH_10B, december(4));
    keep(f, &meeting);
    propose(f, 0x21, &MEMBER);
    propose(f, 0x22, &MEMBER);
    propose(f, 0x23, &SECRETARY);
}

static void test_what_was_proposed_is_counted_and_found(void **state)
{
    struct fixture *f = *state;
    propose_thrice(f);
    struct loop_batch *batch = new_batch(f);
    meeting_set_want(batch, &MEETING, 0);
    proposal_set_want(batch, &PROPOSAL);
    load_wanted(f, batch);
    const struct named_proposal *found = proposal_set_find(batch, &PROPOSAL);
    assert_non_null(found);
    assert_string_equal(found->is.title, "Sửa nhà văn hóa");
    assert_string_equal(found->author, "Đảng Viên");
    assert_int_equal(found->is.state, PB__PROPOSAL_STATE__PROPOSAL_STATE_OPEN);
    assert_int_equal(meeting_set_find(batch, &MEETING)->counts[MEETING_PROPOSALS], 3);
    assert_int_equal(meeting_set_find(batch, &MEETING)->version, 1);
    must(f->pg, "ROLLBACK");
}

static struct loop_batch *load_open(struct fixture *f)
{
    struct loop_batch *batch = new_batch(f);
    proposal_set_want(batch, &PROPOSAL);
    proposal_set_want_open(batch, &MEETING, &MEMBER);
    return load_wanted(f, batch);
}

static void test_the_open_ones_of_a_member_follow_the_batch(void **state)
{
    struct fixture *f = *state;
    propose_thrice(f);
    struct loop_batch *batch = load_open(f);
    assert_int_equal(proposal_set_open(batch, &MEETING, &MEMBER), 2);
    struct named_proposal next = *proposal_set_find(batch, &PROPOSAL), another = proposal_of(0x24, &MEMBER);
    next.is.state = PB__PROPOSAL_STATE__PROPOSAL_STATE_DECLINED;
    next.is.decision_reason = "Đã làm";
    next.is.decided_at_us = 500;
    proposal_set_keep(batch, &next);
    assert_int_equal(proposal_set_open(batch, &MEETING, &MEMBER), 1);
    proposal_set_keep(batch, &another);
    assert_int_equal(proposal_set_open(batch, &MEETING, &MEMBER), 2);
    write_whole(f, batch);

    batch = load_open(f);
    assert_int_equal(proposal_set_open(batch, &MEETING, &MEMBER), 2);
    assert_string_equal(proposal_set_find(batch, &PROPOSAL)->is.decision_reason, "Đã làm");
    assert_int_equal(proposal_set_find(batch, &PROPOSAL)->is.state, PB__PROPOSAL_STATE__PROPOSAL_STATE_DECLINED);
    must(f->pg, "ROLLBACK");
}

static size_t count_seen(struct fixture *f, const struct directory_scope *scope, struct proposal_filter filter)
{
    filter.meeting = &MEETING;
    struct pg_result *rows = proposal_store_queue(f->ctx, f->pg, scope, &filter);
    must_flush(f->pg);
    return pg_rows(rows);
}

static void test_whoever_reads_the_meeting_sees_its_proposals_oldest_first(void **state)
{
    struct fixture *f = *state;
    struct uuid officers[] = {WARD};
    const struct directory_scope member = {.branch = BRANCH_10B, .has_branch = true},
                                 officer = {.officers = officers, .n_officers = 1},
                                 outsider = {.branch = BRANCH_4, .has_branch = true};
    propose_thrice(f);
    assert_int_equal(count_seen(f, &member, (struct proposal_filter){.limit = 10}), 3);
    assert_int_equal(count_seen(f, &member, (struct proposal_filter){.id = &PROPOSAL, .limit = 10}), 1);
    assert_int_equal(count_seen(f, &officer, (struct proposal_filter){.limit = 10}), 0);
    assert_int_equal(count_seen(f, &outsider, (struct proposal_filter){.limit = 10}), 0);
    const struct keyset first = {100 + 0x21, PROPOSAL};
    assert_int_equal(count_seen(f, &member, (struct proposal_filter){.has_after = true, .after = first, .limit = 10}),
                     2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_was_proposed_is_counted_and_found),
        CASE(test_the_open_ones_of_a_member_follow_the_batch),
        CASE(test_whoever_reads_the_meeting_sees_its_proposals_oldest_first),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
