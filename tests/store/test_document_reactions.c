/* services/document/reaction against a real PostgreSQL: kept, counted, and seen by each member with his own. */
#include "document_fixture.h"

#include "services/document/reaction/reaction_store.h"

static const struct uuid TARGET = {{0xa1}}, OTHER_TARGET = {{0xa2}}; /* of whole() */

static void react(struct fixture *f, const struct uuid *target, const struct uuid *member, Pb__ReactionValue value,
                  int64_t at_us)
{
    const struct document document = whole();
    struct loop_batch *batch = new_batch(f);
    struct reaction_change change;
    reaction_set_want(batch, target, member);
    parts_load(f->pg, batch);
    struct reaction last = *reaction_set_find(batch, target, member);
    last.document = document.id;
    last.target = *target;
    last.member = *member;
    if (reaction_think(&last, reaction_set_counts(batch, target), value, NULL, at_us, &change))
        reaction_set_keep(batch, &change);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
}

static struct seen_reaction seen_by(struct fixture *f, const struct uuid *member, size_t row)
{
    const struct directory_scope scope = {
        .branch = BRANCH_10B, .member = *member, .has_branch = true, .has_member = true};
    const struct document document = whole();
    struct seen_reaction seen;
    struct pg_result *rows = reaction_store_queue(f->ctx, f->pg, &scope, &document.id);
    must_flush(f->pg);
    assert_int_equal(pg_rows(rows), 2);
    reaction_store_read_seen(f->ctx, rows, row, &seen);
    return seen;
}

static void test_each_is_counted_once_and_sees_his_own(void **state)
{
    struct fixture *f = *state;
    const struct document document = whole();
    keep(f, &document);
    react(f, &TARGET, &MEMBER, PB__REACTION_VALUE__REACTION_VALUE_TOO_HIGH, 10);
    react(f, &TARGET, &MEMBER, PB__REACTION_VALUE__REACTION_VALUE_TOO_HIGH, 11);
    react(f, &TARGET, &SECRETARY, PB__REACTION_VALUE__REACTION_VALUE_UNCLEAR, 12);
    react(f, &TARGET, &MEMBER, PB__REACTION_VALUE__REACTION_VALUE_TOO_LOW, 13);
    struct seen_reaction members = seen_by(f, &MEMBER, 0), secretarys = seen_by(f, &SECRETARY, 0),
                         others = seen_by(f, &MEMBER, 1);
    const int64_t counts[REACTION_VALUES] = {0, 0, 1, 1};
    assert_memory_equal(members.counts.n, counts, sizeof counts);
    assert_true(uuid_equal(&members.mine.target, &TARGET));
    assert_true(members.mine.is_there);
    assert_int_equal(members.mine.value, PB__REACTION_VALUE__REACTION_VALUE_TOO_LOW);
    assert_int_equal(secretarys.mine.value, PB__REACTION_VALUE__REACTION_VALUE_UNCLEAR);
    assert_true(uuid_equal(&others.mine.target, &OTHER_TARGET));
    assert_false(others.mine.is_there);
    assert_int_equal(others.counts.n[0], 0);
}

static void test_ones_own_come_in_pages(void **state)
{
    struct fixture *f = *state;
    const struct document document = whole();
    struct keyset after;
    keep(f, &document);
    react(f, &TARGET, &MEMBER, PB__REACTION_VALUE__REACTION_VALUE_TOO_HIGH, 20);
    react(f, &OTHER_TARGET, &MEMBER, PB__REACTION_VALUE__REACTION_VALUE_UNCLEAR, 10);
    react(f, &TARGET, &SECRETARY, PB__REACTION_VALUE__REACTION_VALUE_UNCLEAR, 5);
    for (size_t n = 0; n < 3; n++) {
        struct pg_result *rows = reaction_store_queue_own(f->ctx, f->pg, &MEMBER, n > 0 ? &after : NULL, 1);
        must_flush(f->pg);
        assert_int_equal(pg_rows(rows), n < 2);
        struct reaction own;
        struct reaction_counts none;
        if (n == 2)
            break;
        reaction_store_read(f->ctx, rows, 0, &own, &none);
        assert_int_equal(own.at_us, n == 0 ? 10 : 20);
        after = (struct keyset){own.at_us, own.target};
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_each_is_counted_once_and_sees_his_own),
        CASE(test_ones_own_come_in_pages),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
