/* common/loop/loop_positions.h: whose a partition is, and whether its log is still the one that was processed. */
#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/loop/loop_positions.h"
#include "common/loop/migrations.h"
#include "pg_fixture.h"

#include <pthread.h>
#include <string.h>

enum { PARTITIONS = 3, PATIENCE_MS = 20000 };

void fixture_fill(struct pg *pg)
{
    MUST_MIGRATE(pg, common);
}

void fixture_reset(struct pg *pg)
{
    must(pg, "TRUNCATE position, attempt");
}

/* The partitions of one topic, of commands. */
struct assignment {
    struct loop_positions positions;
    struct kafka_assignment each[PARTITIONS];
};

static struct assignment *assigned(struct fixture *f, struct pg *pg, enum topic topic, int64_t start, int64_t end)
{
    struct assignment *a = mem_new(f->ctx, struct assignment);
    a->positions.cluster = "here";
    a->positions.commands = TOPIC_MEETING_COMMANDS;
    for (int i = 0; i < PARTITIONS; i++)
        a->each[i] = (struct kafka_assignment){.topic = topic, .partition = i, .start = start, .end = end};
    assert_int_equal(loop_positions_take(&a->positions, pg, a->each, PARTITIONS), ERR_OK);
    return a;
}

static struct loop_positions *taken_by(struct fixture *f, struct pg *pg)
{
    return &assigned(f, pg, TOPIC_MEETING_COMMANDS, -1, -1)->positions;
}

static struct kafka_record record_at(enum topic topic, int64_t offset, const char *value)
{
    return (struct kafka_record){.topic = topic,
                                 .offset = offset,
                                 .append_time_us = 1000,
                                 .key = "key",
                                 .key_bytes = 3,
                                 .value = value,
                                 .value_bytes = strlen(value)};
}

/* How many rows a batch of this owner moves to `next`, the last record of each being "processed". */
static int64_t advanced(struct fixture *f, struct pg *pg, const struct loop_positions *positions, int64_t next)
{
    const struct kafka_record last = record_at(TOPIC_NONE, next - 1, "processed");
    struct loop_position moved[PARTITIONS];
    for (int i = 0; i < PARTITIONS; i++) {
        moved[i] = positions->items[i].position;
        moved[i].expected = moved[i].next;
        moved[i].next = next;
        moved[i].last = loop_last_of(&last);
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
    assert_int_equal(loop_positions_hold(before, f->pg), ERR_OWNER_LOST);
    assert_int_equal(loop_positions_hold(now, f->pg), ERR_OK);
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
    assert_int_equal(loop_positions_hold(positions, f->pg), ERR_OWNER_LOST);
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

/* --- whether the log is the same ---------------------------------------------------------------------------------- */

/* As a service of before left it: the records 0 to 6 were processed. */
static void process(struct fixture *f, enum topic topic)
{
    assert_int_equal(advanced(f, f->pg, &assigned(f, f->pg, topic, -1, -1)->positions, 7), PARTITIONS);
}

static enum err check(struct fixture *f, struct assignment *a, struct kafka_record record)
{
    return loop_positions_check(&a->positions, f->pg, &(const struct kafka_records){.items = &record, .n = 1});
}

static bool stands(struct fixture *f, struct assignment *a)
{
    assert_int_equal(loop_positions_hold(&a->positions, f->pg), ERR_OK);
    return a->positions.stopped[0] != '\0';
}

static void test_reading_begins_with_the_record_before_the_position(void **state)
{
    struct fixture *f = *state;
    process(f, TOPIC_MEETING_COMMANDS);
    struct assignment *a = assigned(f, f->pg, TOPIC_MEETING_COMMANDS, -1, -1);
    assert_int_equal(a->each[0].next, 7);
    assert_true(a->each[0].compares);
    assert_int_equal(check(f, a, record_at(TOPIC_MEETING_COMMANDS, 6, "processed")), ERR_OK);
    assert_false(stands(f, a));
}

static void test_commands_stand_where_another_record_is_and_nothing_but_an_operator_undoes_it(void **state)
{
    struct fixture *f = *state;
    process(f, TOPIC_MEETING_COMMANDS);
    struct assignment *a = assigned(f, f->pg, TOPIC_MEETING_COMMANDS, -1, -1);
    assert_int_equal(check(f, a, record_at(TOPIC_MEETING_COMMANDS, 6, "another")), ERR_RETRY);
    assert_int_equal(advanced(f, f->pg, &a->positions, 9), PARTITIONS - 1); /* the two others */
    a = assigned(f, f->pg, TOPIC_MEETING_COMMANDS, 0, 90);                  /* the log has grown behind the position */
    assert_int_equal(a->each[0].next, KAFKA_NOT_READ);
    assert_int_equal(a->each[1].next, 9);
    assert_true(stands(f, a));
    struct loop_position operator= {.topic = TOPIC_MEETING_COMMANDS, .next = 4, .owner = uuid_random()};
    assert_int_equal(loop_store_reread_positions(f->pg, "here", &operator, 1), ERR_OK);
    assert_int_equal(loop_positions_hold(&a->positions, f->pg), ERR_OWNER_LOST);
    a = assigned(f, f->pg, TOPIC_MEETING_COMMANDS, -1, -1);
    assert_int_equal(a->each[0].next, 4);
    assert_false(a->each[0].compares); /* nothing is known of the record before */
    assert_false(stands(f, a));
}

static void test_commands_stand_where_the_log_ends_before_the_position_or_begins_behind_it(void **state)
{
    static const struct {
        int64_t start, end;
        bool stands, compares;
    } LOGS[] = {{0, 6, true, false}, {8, 9, true, false}, {7, 7, false, false}, {6, 7, false, true}};
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LENGTH(LOGS); i++) {
        fixture_reset(f->pg);
        process(f, TOPIC_MEETING_COMMANDS);
        struct assignment *a = assigned(f, f->pg, TOPIC_MEETING_COMMANDS, LOGS[i].start, LOGS[i].end);
        assert_int_equal(stands(f, a), LOGS[i].stands);
        assert_int_equal(a->each[0].compares, LOGS[i].compares);
    }
}

static void test_commands_stand_where_the_first_record_is_behind_the_position(void **state)
{
    struct fixture *f = *state;
    process(f, TOPIC_MEETING_COMMANDS);
    struct assignment *a = assigned(f, f->pg, TOPIC_MEETING_COMMANDS, -1, -1);
    assert_int_equal(check(f, a, record_at(TOPIC_MEETING_COMMANDS, 9, "later")), ERR_RETRY);
    assert_true(stands(f, a));
}

static void test_events_are_read_again_where_the_log_is_another(void **state)
{
    struct fixture *f = *state;
    process(f, TOPIC_MEETING_EVENTS);
    struct assignment *a = assigned(f, f->pg, TOPIC_MEETING_EVENTS, -1, -1);
    assert_int_equal(check(f, a, record_at(TOPIC_MEETING_EVENTS, 6, "another")), ERR_RETRY);
    a = assigned(f, f->pg, TOPIC_MEETING_EVENTS, -1, -1);
    assert_int_equal(a->each[0].next, 0);
    assert_int_equal(a->each[1].next, 7);
    a = assigned(f, f->pg, TOPIC_MEETING_EVENTS, 0, 3);
    assert_int_equal(a->each[1].next, 0);
    assert_false(stands(f, a));
}

static void test_a_record_that_compaction_has_removed_is_not_missed(void **state)
{
    struct fixture *f = *state;
    process(f, TOPIC_DIRECTORY_MEMBERS);
    struct assignment *a = assigned(f, f->pg, TOPIC_DIRECTORY_MEMBERS, -1, -1);
    assert_int_equal(check(f, a, record_at(TOPIC_DIRECTORY_MEMBERS, 9, "later")), ERR_OK);
    assert_int_equal(check(f, a, record_at(TOPIC_DIRECTORY_MEMBERS, 10, "later still")), ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_an_assignment_goes_on_where_the_one_before_was),
        CASE(test_an_owner_of_before_moves_nothing_though_the_position_is_as_he_knows_it),
        CASE(test_an_owner_moves_nothing_in_a_database_that_was_restored),
        CASE(test_the_next_owner_waits_for_an_open_batch_and_goes_on_behind_it),
        CASE(test_reading_begins_with_the_record_before_the_position),
        CASE(test_commands_stand_where_another_record_is_and_nothing_but_an_operator_undoes_it),
        CASE(test_commands_stand_where_the_log_ends_before_the_position_or_begins_behind_it),
        CASE(test_commands_stand_where_the_first_record_is_behind_the_position),
        CASE(test_events_are_read_again_where_the_log_is_another),
        CASE(test_a_record_that_compaction_has_removed_is_not_missed),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
