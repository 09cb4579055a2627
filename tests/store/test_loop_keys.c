/* Records of compacted topics (common/loop/loop_keys.h) against real servers: of marked keys, in the order of their
 * versions, once for all marks that wait. */
#include "loop_fixture.h"

#include <stdlib.h>
#include <string.h>

#define MARKED "SELECT count(*) FROM marked_key"
#define UNANNOUNCED "SELECT count(*) FROM outbox"

/* --- as a writer beside the loop ---------------------------------------------------------------------------------- */

static const struct pg_statement KEEP_VERSION = {.name = "keep_version",
                                                 .sql = "INSERT INTO fact(item, version) VALUES ($1::uuid, $2::int8)"};

/* One commit. */
static void write_version(struct fixture *f, const struct uuid *item, int64_t version)
{
    struct pg_args *args = pg_args(f, &KEEP_VERSION);
    pg_add_uuid(args, item);
    pg_add_int8(args, version);
    pg_queue_sql(f->pg, "BEGIN");
    pg_queue(f->pg, args);
    loop_mark(f->pg, f, TOPIC_DIRECTORY_ORGANIZATIONS, item, 1);
    pg_queue_sql(f->pg, "COMMIT");
    assert_int_equal(pg_flush(f->pg), ERR_OK);
}

/* Keys without rows. */
static void mark_many(struct fixture *f, int n)
{
    must(f, mem_printf(f, "INSERT INTO marked_key(topic, key) SELECT %d, gen_random_uuid() FROM generate_series(1, %d)",
                       TOPIC_DIRECTORY_ORGANIZATIONS, n));
}

static int64_t newest_commit(struct fixture *f)
{
    return number_of(f, "SELECT max(commit_id) FROM marked_key");
}

/* --- as an owner of the first partition --------------------------------------------------------------------------- */

static struct loop_keys *owner(struct fixture *f)
{
    struct loop_keys *keys = mem_new(f, struct loop_keys);
    struct loop_positions *positions = mem_new(f, struct loop_positions);
    struct loop_position_rows rows;
    positions->cluster = "here";
    positions->n = 1;
    positions->items[0].position = (struct loop_position){.topic = TOPIC_MEETING_COMMANDS, .owner = uuid_random()};
    assert_int_equal(loop_store_take_positions(f->pg, f, "here", &positions->items[0].position, 1, &rows), ERR_OK);
    *keys = (struct loop_keys){.pg = f->pg, .options = loop_fixture_options(f), .positions = positions};
    return keys;
}

static struct loop_moved move(struct fixture *f, const struct loop_keys *keys, int64_t commit_id)
{
    struct loop_moved moved;
    assert_int_equal(loop_keys_move(keys, f, commit_id, &moved), ERR_OK);
    return moved;
}

static size_t records_in(const struct loop_moved *moved)
{
    size_t n = 0;
    for (size_t i = 0; i < moved->n; i++)
        n += moved->notices[i].announcement->n_messages;
    return n;
}

static void test_a_commits_own_keys_do_not_wait_behind_those_of_a_long_job(void **state)
{
    struct fixture *f = *state;
    const struct loop_keys *keys = owner(f);
    struct uuid item = item_id("own");
    mark_many(f, LOOP_KEYS_AT_ONCE + 500);
    write_version(f, &item, 1);
    struct loop_moved moved = move(f, keys, newest_commit(f));
    assert_true(moved.n == 1 && moved.whole && records_in(&moved) == 1);
    moved = move(f, keys, 0);
    assert_true(moved.n == 1 && !moved.whole && records_in(&moved) == LOOP_KEYS_AT_ONCE);
    moved = move(f, keys, 0);
    assert_true(moved.n == 1 && moved.whole && records_in(&moved) == 500);
    assert_int_equal(number_of(f, MARKED), 0);
    assert_int_equal(number_of(f, "SELECT count(DISTINCT commit_id) FROM outbox"), 2); /* they stay those of two */
}

static void test_a_key_that_waits_twice_is_told_once_and_both_commits_wait_for_it(void **state)
{
    struct fixture *f = *state;
    const struct loop_keys *keys = owner(f);
    struct uuid item = item_id("twice");
    write_version(f, &item, 1);
    write_version(f, &item, 2);
    struct loop_moved moved = move(f, keys, 0);
    assert_int_equal(moved.n, 2);
    assert_int_equal(moved.notices[0].announcement->n_messages, 1);
    assert_int_equal(moved.notices[1].announcement->n_messages, 0);
    assert_true(moved.notices[0].row.id < moved.notices[1].row.id);
}

static void test_an_owner_of_before_moves_no_keys(void **state)
{
    struct fixture *f = *state;
    const struct loop_keys *before = owner(f), *now = owner(f);
    struct uuid item = item_id("owner");
    write_version(f, &item, 1);
    struct loop_moved moved = move(f, before, 0);
    assert_true(moved.n == 0 && !moved.whole);
    assert_int_equal(number_of(f, MARKED), 1);
    moved = move(f, now, 0);
    assert_int_equal(moved.n, 1);
}

static void test_keys_of_topics_that_this_binary_does_not_know_are_kept(void **state)
{
    struct fixture *f = *state;
    const struct loop_keys *keys = owner(f);
    must(f, "INSERT INTO marked_key(topic, key) VALUES (999, gen_random_uuid())");
    struct loop_moved moved = move(f, keys, 0);
    assert_int_equal(moved.n, 0);
    assert_int_equal(number_of(f, MARKED), 1);
}

/* Each time commit_id's row is in the outbox, or its key waits. */
static void test_a_move_that_fails_leaves_everything_as_it_was(void **state)
{
    struct fixture *f = *state;
    const struct loop_keys *keys = owner(f);
    struct uuid item = item_id("fails");
    write_version(f, &item, 1);
    must(f, "ALTER TABLE outbox ADD CONSTRAINT none CHECK (commit_id < 0)");
    struct loop_moved moved = move(f, keys, 0);
    assert_true(moved.n == 0 && !moved.whole);
    assert_int_equal(number_of(f, MARKED), 1);
    must(f, "ALTER TABLE outbox DROP CONSTRAINT none");
    moved = move(f, keys, 0);
    assert_int_equal(moved.n, 1);
}

/* --- with a loop -------------------------------------------------------------------------------------------------- */

static void test_of_two_writers_the_newest_version_is_the_last_on_the_topic(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("writers");
    struct loop *loop = loop_fixture_loop(f);
    int64_t version = 0;
    while (version < 100) { /* a job and commands in turn, without waiting for each other */
        write_version(f, &item, version++);
        send_command(f, &item, KEEP_AND_RECORD, version++);
    }
    wait_number(f, "SELECT count(*) FROM fact", version);
    bool told = false;
    assert_int_equal(loop_await_told(f->pg, 0, &told), ERR_OK);
    assert_true(told);
    loop_stop(loop);
    int64_t newest = -1;
    for (char *rest = versions_on_topic(f, &item), *word; *rest; newest = strtoll(word, NULL, 10)) {
        word = strsep(&rest, " ");
        assert_true(strtoll(word, NULL, 10) >= newest);
    }
    assert_int_equal(newest, version - 1);
}

/* As after a crash between the two: the first life commits, and Kafka takes nothing from it. */
static void test_what_was_moved_is_announced_by_the_next_life_before_what_is_newer(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("moved"), gone = item_id("gone");
    struct kafka_producer *nobody = loop_fixture_mute(f, 2000);
    struct loop *loop = loop_fixture_loop(f);
    write_version(f, &item, 1);
    loop_mark(f->pg, f, TOPIC_DIRECTORY_ORGANIZATIONS, &gone, 1);
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    wait_number(f, MARKED, 0);
    assert_int_equal(number_of(f, UNANNOUNCED), 2);
    loop_stop(loop);
    kafka_producer_stop(nobody, 100);
    loop_fixture_clear(loop);
    write_version(f, &item, 2);
    f->environment.producer = f->producer;
    loop = loop_fixture_loop(f);
    wait_number(f, MARKED, 0);
    wait_number(f, UNANNOUNCED, 0);
    loop_stop(loop);
    assert_string_equal(versions_on_topic(f, &item), "1 2 ");
    assert_string_equal(versions_on_topic(f, &gone), "- ");
}

static void test_who_waits_for_what_nobody_tells_is_told_so(void **state)
{
    struct fixture *f = *state;
    bool told = false;
    mark_many(f, 20);
    assert_int_equal(loop_await_told(f->pg, 20, &told), ERR_OK);
    assert_true(told);
    assert_int_equal(loop_await_told(f->pg, 19, &told), ERR_OK); /* nobody runs */
    assert_false(told);
}

#define LOOP_CASE(test) cmocka_unit_test_setup_teardown(test, loop_fixture_start, loop_fixture_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_CASE(test_a_commits_own_keys_do_not_wait_behind_those_of_a_long_job),
        LOOP_CASE(test_a_key_that_waits_twice_is_told_once_and_both_commits_wait_for_it),
        LOOP_CASE(test_an_owner_of_before_moves_no_keys),
        LOOP_CASE(test_keys_of_topics_that_this_binary_does_not_know_are_kept),
        LOOP_CASE(test_a_move_that_fails_leaves_everything_as_it_was),
        LOOP_CASE(test_of_two_writers_the_newest_version_is_the_last_on_the_topic),
        LOOP_CASE(test_what_was_moved_is_announced_by_the_next_life_before_what_is_newer),
        LOOP_CASE(test_who_waits_for_what_nobody_tells_is_told_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
