/* common/loop/loop_positions.h: whose a partition is, as the rows have it. */
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/loop/loop_positions.h"
#include "common/loop/migrations.h"
#include "pg_fixture.h"

#include <pthread.h>

enum { PARTITIONS = 3, PATIENCE_MS = 20000 };

void fixture_fill(struct pg *pg)
{
    MUST_MIGRATE(pg, common);
}

void fixture_reset(struct pg *pg)
{
    must(pg, "TRUNCATE position");
}

/* An assignment of the partitions of one topic. */
static struct loop_positions *taken_by(struct fixture *f, struct pg *pg)
{
    struct loop_positions *positions = mem_new(f->ctx, struct loop_positions);
    struct kafka_assignment assignments[PARTITIONS];
    positions->cluster = "here";
    for (int i = 0; i < PARTITIONS; i++)
        assignments[i] = (struct kafka_assignment){.topic = TOPIC_ACTIVITY, .partition = i};
    assert_int_equal(loop_positions_take(positions, pg, assignments, PARTITIONS), ERR_OK);
    return positions;
}

/* How many rows a batch of this owner moves to `next`. */
static int64_t advanced(struct fixture *f, struct pg *pg, const struct loop_positions *positions, int64_t next)
{
    struct loop_position moved[PARTITIONS];
    for (int i = 0; i < PARTITIONS; i++) {
        moved[i] = positions->items[i].position;
        moved[i].expected = moved[i].next;
        moved[i].next = next;
    }
    struct pg_result *result = loop_store_queue_advance(pg, f->ctx, positions->cluster, moved, PARTITIONS);
    must_flush(pg);
    return pg_affected(result);
}

static void test_an_assignment_goes_on_where_the_one_before_was(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(advanced(f, f->pg, taken_by(f, f->pg), 7), PARTITIONS);
    const struct loop_positions *again = taken_by(f, f->pg);
    for (int i = 0; i < PARTITIONS; i++)
        assert_int_equal(again->items[i].position.next, 7);
}

static void test_an_owner_of_before_moves_nothing_though_the_position_is_as_he_knows_it(void **state)
{
    struct fixture *f = *state;
    struct loop_positions *before = taken_by(f, f->pg), *now = taken_by(f, f->pg);
    assert_int_equal(advanced(f, f->pg, before, 7), 0);
    assert_false(loop_positions_hold(before, f->pg));
    assert_true(loop_positions_hold(now, f->pg));
    assert_int_equal(advanced(f, f->pg, now, 7), PARTITIONS);
}

static void test_an_owner_moves_nothing_in_a_database_that_was_restored(void **state)
{
    struct fixture *f = *state;
    taken_by(f, f->pg);
    must(f->pg, "CREATE TEMPORARY TABLE backup AS SELECT * FROM position");
    struct loop_positions *positions = taken_by(f, f->pg);
    must(f->pg, "TRUNCATE position");
    must(f->pg, "INSERT INTO position SELECT * FROM backup"); /* `next` is what he knows */
    assert_int_equal(advanced(f, f->pg, positions, 7), 0);
    assert_false(loop_positions_hold(positions, f->pg));
}

/* --- a transaction that is still open when the partition goes to another ------------------------------------------ */

struct taker {
    struct fixture *f;
    struct pg *pg;
    struct loop_positions *positions;
};

static void *take(void *arg)
{
    struct taker *taker = arg;
    taker->positions = taken_by(taker->f, taker->pg);
    return NULL;
}

static int64_t waiting(struct fixture *f)
{
    static const struct pg_statement QUESTION = {
        .name = "waiting",
        .sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"};
    struct pg_result *row;
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &QUESTION), &row), ERR_OK);
    return pg_get_int8(row, 0, 0);
}

static void test_the_next_owner_waits_for_an_open_batch_and_goes_on_behind_it(void **state)
{
    struct fixture *f = *state;
    struct pg *late = pg_new(f->ctx, conninfo, NULL, PATIENCE_MS);
    struct taker taker = {.f = mem_new(f->ctx, struct fixture), .pg = pg_new(f->ctx, conninfo, NULL, PATIENCE_MS)};
    taker.f->ctx = mem_context(NULL, "taker"); /* its thread's own */
    struct loop_positions *before = taken_by(f, late);
    must(late, "BEGIN");
    assert_int_equal(advanced(f, late, before, 7), PARTITIONS);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, take, &taker), 0);
    for (int64_t until_us = clock_monotonic_us() + PATIENCE_MS * INT64_C(1000);
         waiting(f) == 0 && clock_monotonic_us() < until_us;)
        pause_ms(2);
    must(late, "COMMIT");
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(taker.positions->items[0].position.next, 7);
    assert_int_equal(advanced(f, taker.pg, taker.positions, 9), PARTITIONS);
    mem_free(taker.f->ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_an_assignment_goes_on_where_the_one_before_was),
        CASE(test_an_owner_of_before_moves_nothing_though_the_position_is_as_he_knows_it),
        CASE(test_an_owner_moves_nothing_in_a_database_that_was_restored),
        CASE(test_the_next_owner_waits_for_an_open_batch_and_goes_on_behind_it),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
