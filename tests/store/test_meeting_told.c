/* Calls of services/meeting against a real PostgreSQL: what a batch writes is what the next one loads, and who sees who
 * was told. */
#include "meeting_fixture.h"

#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/told/told_set.h"
#include "services/meeting/told/told_store.h"

static const struct uuid MEETING = {{1}};

static struct loop_batch *load_pair(struct fixture *f)
{
    struct loop_batch *batch = new_batch(f);
    meeting_set_want(batch, &MEETING, 0);
    told_set_want(batch, &MEETING, &MEMBER);
    return load_wanted(f, batch);
}

static void tell(struct fixture *f, int64_t at_us)
{
    struct loop_batch *batch = load_pair(f);
    struct named_told next = *told_set_find(batch, &MEETING, &MEMBER);
    next.is.at_us = at_us;
    next.is.by = at_us ? SECRETARY : (struct uuid){{0}};
    told_set_keep(batch, &next);
    write_whole(f, batch);
}

static void convene(struct fixture *f)
{
    struct meeting meeting = meeting_of(1, &BRANCH_10B, december(4));
    keep(f, &meeting);
}

static void test_a_participant_who_was_not_told_is_found_by_name(void **state)
{
    struct fixture *f = *state;
    convene(f);
    const struct named_told *found = told_set_find(load_pair(f), &MEETING, &MEMBER);
    assert_true(uuid_equal(&found->is.member, &MEMBER));
    assert_string_equal(found->member, "Đảng Viên");
    assert_int_equal(found->is.at_us, 0);
    assert_null(found->by);
    must(f->pg, "ROLLBACK");
}

static void test_what_was_kept_is_found_and_taken_back(void **state)
{
    struct fixture *f = *state;
    convene(f);
    tell(f, 500);
    const struct named_told *found = told_set_find(load_pair(f), &MEETING, &MEMBER);
    assert_int_equal(found->is.at_us, 500);
    assert_true(uuid_equal(&found->is.by, &SECRETARY));
    assert_string_equal(found->by, "Bí Thư");
    must(f->pg, "ROLLBACK");

    tell(f, 0);
    found = told_set_find(load_pair(f), &MEETING, &MEMBER);
    assert_int_equal(found->is.at_us, 0);
    assert_true(uuid_is_zero(&found->is.by));
    must(f->pg, "ROLLBACK");
}

static size_t count_told(struct fixture *f, const struct directory_scope *scope)
{
    struct pg_result *rows = told_store_queue(f->ctx, f->pg, scope, &MEETING);
    must_flush(f->pg);
    return pg_rows(rows);
}

static size_t count_one(struct fixture *f, const struct directory_scope *scope)
{
    struct pg_result *rows = told_store_queue_one(f->ctx, f->pg, scope, &MEETING, &MEMBER);
    must_flush(f->pg);
    return pg_rows(rows);
}

static void test_whoever_sees_the_whole_meeting_finds_those_who_were_told(void **state)
{
    struct fixture *f = *state;
    struct uuid heads[] = {BRANCH_10B}, officers[] = {WARD};
    const struct directory_scope head = {.heads = heads, .n_heads = 1},
                                 officer = {.officers = officers, .n_officers = 1},
                                 outsider = {.branch = BRANCH_4, .has_branch = true};
    convene(f);
    assert_int_equal(count_told(f, &head), 0);
    assert_int_equal(count_one(f, &head), 1);
    tell(f, 500);
    assert_int_equal(count_told(f, &head), 1);
    assert_int_equal(count_told(f, &officer), 0);
    assert_int_equal(count_told(f, &outsider), 0);
    assert_int_equal(count_one(f, &outsider), 0);
    tell(f, 0);
    assert_int_equal(count_told(f, &head), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_participant_who_was_not_told_is_found_by_name),
        CASE(test_what_was_kept_is_found_and_taken_back),
        CASE(test_whoever_sees_the_whole_meeting_finds_those_who_were_told),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
