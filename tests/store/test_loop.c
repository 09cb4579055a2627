/* common/loop/loop.h against real servers: what a fault in the middle leaves true, and in which order it is told. */
#include "common/base/failpoint.h"
#include "common/loop/loop_marker.h"
#include "common/redis/redis.h"
#include "kafka_topics.h"
#include "loop_fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FACTS "SELECT count(*) FROM fact"
/* Keys of compacted topics stand in marked_key until they become a row of the outbox. */
#define UNTOLD "SELECT (SELECT count(*) FROM marked_key) + (SELECT count(*) FROM outbox)"

static void send_and_wait(struct fixture *f, const struct uuid *item, enum what what, int64_t version)
{
    send_command(f, item, what, version);
    wait_number(f, mem_printf(f, "SELECT count(*) FROM fact WHERE version = %lld", (long long)version), 1);
}

/* --- in which order it is told ------------------------------------------------------------------------------------ */

#ifdef SOTAY_FAILPOINTS
static void test_a_record_that_is_sent_again_does_not_hide_a_newer_one(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("twice");
    struct loop *loop = loop_fixture_loop(f);
    send_and_wait(f, &item, KEEP, 1); /* the loop is at work */
    assert_int_equal(failpoint_arm("loop.produce.fails", "fail", 1), ERR_OK);
    send_and_wait(f, &item, KEEP_AND_RECORD, 2);
    send_and_wait(f, &item, KEEP_AND_RECORD, 3);
    wait_number(f, UNTOLD, 0);
    loop_stop(loop);
    assert_string_equal(versions_on_topic(f, &item), "2 3 ");
}

static void test_what_still_flies_is_not_announced_again_by_a_new_assignment(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("flying");
    struct loop *loop = loop_fixture_loop(f);
    send_and_wait(f, &item, KEEP, 1);
    assert_int_equal(failpoint_arm("loop.produce.fails", "fail", 1), ERR_OK);
    send_and_wait(f, &item, KEEP_AND_RECORD, 2); /* flies for as long as a failure waits */
    assert_int_equal(failpoint_arm("loop.commit.fails", "fail", 1), ERR_OK);
    send_and_wait(f, &item, KEEP_AND_RECORD, 3); /* backs off, and asks for its positions again */
    wait_number(f, UNTOLD, 0);
    loop_stop(loop);
    assert_string_equal(versions_on_topic(f, &item), "2 3 ");
}
#endif

/* As a crash leaves them: commits that touched several partitions, and so are kept under one of them. */
static void keep_untold(struct fixture *f, int partition, const struct uuid *item, int64_t version)
{
    Pb__GetOutcome record = PB__GET_OUTCOME__INIT;
    Pb__Announcement announcement = PB__ANNOUNCEMENT__INIT;
    record.message_id = uuid_to_pb(f, item);
    record.offset = version;
    Pb__OutboundMessage *message = loop_outbound(f, TOPIC_DIRECTORY_ORGANIZATIONS, item, mem_pack(f, &record.base),
                                                 false);
    announcement.n_messages = 1;
    announcement.messages = &message;
    char *cluster = kafka_cluster_id(f, f->environment.brokers, 10000);
    struct pg_args *args = loop_store_outbox_args(f);
    loop_store_add_outbox(args, cluster, TOPIC_MEETING_COMMANDS, partition, mem_pack(f, &announcement.base));
    pg_queue(f->pg, args);
    assert_int_equal(pg_flush(f->pg), ERR_OK);
}

static void test_a_restart_tells_in_the_order_of_the_commits(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("restart");
    keep_untold(f, 5, &item, 1);
    keep_untold(f, 2, &item, 2);
    keep_untold(f, 7, &item, 3);
    struct loop *loop = loop_fixture_loop(f);
    wait_number(f, UNTOLD, 0);
    loop_stop(loop);
    assert_string_equal(versions_on_topic(f, &item), "1 2 3 ");
}

/* --- waiting ------------------------------------------------------------------------------------------------------ */

#ifdef SOTAY_FAILPOINTS
static void test_what_comes_with_the_positions_asked_again_is_not_dropped(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("asked again");
    struct loop *loop = loop_fixture_loop(f);
    send_and_wait(f, &item, KEEP, 0);
    assert_int_equal(failpoint_arm("loop.positions.fails", "fail", 1), ERR_OK);
    assert_int_equal(failpoint_arm("loop.commit.fails", "fail", 1), ERR_OK);
    for (int64_t version = 1; version < 100; version++)
        send_command(f, &item, KEEP, version);
    wait_number(f, FACTS, 100);
    loop_stop(loop);
}
#endif

static void test_nothing_is_lost_while_the_database_comes_and_goes(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("away");
    struct loop *loop = loop_fixture_loop(f);
    struct pg *other = pg_new(f, mem_printf(f, "%s dbname=postgres", f->conninfo), NULL,
                              5000); /* the last dbname counts */
    int64_t version = 0;
    for (int round = 0; round < 2; round++) {
        send_and_wait(f, &item, KEEP, version++);
        pg_queue_sql(other, mem_printf(f, "ALTER DATABASE %s ALLOW_CONNECTIONS false", f->name));
        pg_queue_sql(other, mem_printf(f, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'",
                                       f->name));
        assert_int_equal(pg_flush(other), ERR_OK);
        for (int64_t until_us = clock_monotonic_us() + 700000; clock_monotonic_us() < until_us; pause_ms(2))
            send_command(f, &item, KEEP, version++); /* what it finds when it asks for its positions again */
        pg_queue_sql(other, mem_printf(f, "ALTER DATABASE %s ALLOW_CONNECTIONS true", f->name));
        assert_int_equal(pg_flush(other), ERR_OK);
        f->pg = pg_new(f, f->conninfo, NULL, 5000);
        wait_number(f, FACTS, version);
    }
    loop_stop(loop);
}

/* As after a broker's restart: the group knows our instance id by another join. */
static void test_a_loop_whose_place_was_taken_joins_again(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("place");
    struct loop *loop = loop_fixture_loop(f);
    send_and_wait(f, &item, KEEP, 0);
    struct loop *usurper = loop_fixture_loop(f);
    send_command(f, &item, KEEP, 1);
    wait_number(f, FACTS, 2);
    loop_stop(usurper);
    for (int64_t version = 2; version < 5; version++)
        send_and_wait(f, &item, KEEP, version);
    wait_number(f, FACTS, 5);
    assert_false(f->failed);
    loop_stop(loop);
}

/* Each is newer than the one before it. */
static int64_t newest_on_topic(struct fixture *f, const struct uuid *item)
{
    int64_t newest = -1;
    for (char *rest = versions_on_topic(f, item), *word; *rest; newest = strtoll(word, NULL, 10)) {
        word = strsep(&rest, " ");
        assert_true(strtoll(word, NULL, 10) > newest);
    }
    return newest;
}

static void test_a_full_list_of_commits_pauses_but_stays_in_the_group(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("full");
    struct kafka_producer *nobody = loop_fixture_mute(f, 300000);
    struct loop *loop = loop_fixture_loop(f);
    int64_t version = 0;
    while (version < LOOP_UNANNOUNCED_LIMIT)
        send_and_wait(f, &item, KEEP_AND_RECORD, version++);
    for (int i = 0; i < 10; i++)
        send_command(f, &item, KEEP_AND_RECORD, version++);
    struct loop_environment second =
        f->environment; /* joins only if the first takes part: the group asks it at its polls */
    second.instance = "2";
    second.producer = f->producer; /* the group chooses which partitions it gets: it announces what is theirs */
    struct loop *other = loop_fixture_loop_in(f, &second);
    int64_t until_us = clock_monotonic_us() +
                       20 * CLOCK_SECOND_US; /* less than what the group gives one that does not poll */
    while (__atomic_load_n(&other->positions.n, __ATOMIC_RELAXED) == 0 && clock_monotonic_us() < until_us)
        pause_ms(20);
    assert_true(clock_monotonic_us() < until_us);
    loop_stop(other);
    loop_stop(loop);
    kafka_producer_stop(nobody, 100);
    loop_fixture_clear(loop); /* the other one has announced what was its */
    f->environment.producer = f->producer;
    loop = loop_fixture_loop(f);
    wait_number(f, FACTS, version);
    wait_number(f, UNTOLD, 0);
    loop_stop(loop);
    until_us = clock_monotonic_us() + 20 * CLOCK_SECOND_US;
    while (newest_on_topic(f, &item) < version - 1 && clock_monotonic_us() < until_us)
        pause_ms(20);
    assert_int_equal(newest_on_topic(f, &item), version - 1);
}

/* --- messages that cannot be handled ------------------------------------------------------------------------------ */

static void test_a_handler_that_overflows_the_stack_makes_a_dead_letter_at_its_third_death(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("deep"), behind = item_id("behind");
    send_command(f, &item, RECURSE, 1);
    for (int i = 0; i < LOOP_ATTEMPTS; i++)
        assert_true(WIFSIGNALED(loop_fixture_run_child(f)));
    send_command(f, &item, KEEP, 2);
    send_command(f, &behind, KEEP, 3);
    struct loop *loop = loop_fixture_loop(f);
    wait_number(f, FACTS, 2);
    loop_stop(loop);
    assert_int_equal(number_of(f, "SELECT count(*) FROM dead_letter WHERE reason = 'crashed' AND cluster <> ''"), 1);
    assert_int_equal(number_of(f, "SELECT count(*) FROM attempt"), 0);
}

/* As a process that dies while it handles a message far ahead. */
static void leave_marker(struct fixture *f, const char *cluster)
{
    const struct loop_offset at = {
        .cluster = cluster, .topic = TOPIC_MEETING_COMMANDS, .partition = 3, .offset = 1000, .place = 0};
    struct loop_marker marker;
    int status;
    char *path = mem_printf(f, "%s/crash.%s.%s.commands", f->environment.run_dir, f->name, f->environment.instance);
    pid_t child = fork();
    if (child == 0) {
        loop_marker_open(f, path, &marker);
        loop_marker_begin(&at, 1);
        (void)raise(SIGABRT);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
}

/* How many attempts the marker has left. */
static int64_t attempts_by_marker(struct fixture *f, const char *cluster)
{
    struct uuid item = item_id(cluster);
    leave_marker(f, cluster);
    struct loop *loop = loop_fixture_loop(f);
    send_and_wait(f, &item, KEEP, (int64_t)f->n_commands);
    loop_stop(loop);
    return number_of(f, "SELECT count(*) FROM attempt WHERE \"offset\" = 1000");
}

static void test_a_crash_counts_in_its_own_cluster_only(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(attempts_by_marker(f, "another"), 0);
    assert_int_equal(attempts_by_marker(f, kafka_cluster_id(f, f->environment.brokers, 10000)), 1);
}

static void wait_obstacle(struct loop *loop, int32_t partition, int64_t wanted)
{
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000), is = -1;
    while (is != wanted && clock_monotonic_us() < until_us) {
        const struct loop_partition *p = loop_positions_find(&loop->positions, TOPIC_MEETING_COMMANDS, partition);
        is = p && loop_obstacle_is_known(p) ? p->obstacle.offset : -1;
        pause_ms(2);
    }
    assert_int_equal(is, wanted);
}

static void test_what_was_processed_or_a_dead_letter_is_no_obstacle_any_more(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("obstacles");
    must(f, "ALTER TABLE fact ADD CONSTRAINT none CHECK (version >= 10)");
    for (int64_t version = 0; version < 20; version++)
        send_command(f, &item, KEEP, version);
    struct loop *loop = loop_fixture_loop(f);
    wait_number(f, FACTS, 10);
    for (int32_t partition = 0; partition < TEST_PARTITIONS; partition++)
        wait_obstacle(loop, partition, -1);
    assert_int_equal(number_of(f, "SELECT count(*) FROM dead_letter"), 10);
    assert_int_equal(number_of(f, "SELECT count(*) FROM attempt"), 0);
    loop_stop(loop);
}

static void test_of_thousands_of_attempts_each_partition_minds_its_first(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("many");
    char *cluster = kafka_cluster_id(f, f->environment.brokers, 10000);
    struct loop *loop = loop_fixture_loop(f);
    send_and_wait(f, &item, KEEP, 1);
    must(f, mem_printf(f,
                       "INSERT INTO attempt(cluster, topic, partition, \"offset\", attempts, reason)"
                       " SELECT '%s', %d, n %% 8, 1000 + n, 1, 'another owner met it' FROM generate_series(1, 5000) n",
                       cluster, TOPIC_MEETING_COMMANDS));
    must(f, "UPDATE position SET next = next + 1"); /* another owner's advance: they are asked for again */
    for (int32_t partition = 1; partition < TEST_PARTITIONS; partition++)
        wait_obstacle(loop, partition, 1000 + partition);
    wait_obstacle(loop, 0, 1008);
    loop_stop(loop);
}

static void send_record(struct fixture *f, const struct uuid *item, ProtobufCBinaryData value)
{
    assert_int_equal(
        kafka_produce(f->producer, TOPIC_DIRECTORY_MEMBERS, item, sizeof *item, value.data, value.len, NULL, NULL),
        ERR_OK);
}

static void test_a_raw_record_is_replayed_beside_the_queue(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("raw");
    Pb__GetOutcome record = PB__GET_OUTCOME__INIT;
    record.message_id = uuid_to_pb(f, &item);
    record.offset = 7;
    must(f, "ALTER TABLE fact ADD CONSTRAINT none CHECK (version <> 7)"); /* a bug of ours, until it is mended */
    send_record(f, &item, mem_pack(f, &record.base));
    struct loop *loop = loop_fixture_loop(f);
    wait_number(f, "SELECT count(*) FROM dead_letter", 1);
    loop_stop(loop);
    char *argv[] = {"dead-letters", "replay", (char *)(uintptr_t)topic_name(TOPIC_DIRECTORY_MEMBERS),
                    mem_printf(f, "%lld", (long long)number_of(f, "SELECT partition FROM dead_letter")), "0"};
    assert_int_not_equal(service_dead_letters(&f->service, 5, argv), 0);
    assert_int_equal(number_of(f, "SELECT count(*) FROM dead_letter"), 1);
    must(f, "ALTER TABLE fact DROP CONSTRAINT none");
    assert_int_equal(service_dead_letters(&f->service, 5, argv), 0);
    assert_int_equal(number_of(f, "SELECT count(*) FROM fact WHERE version = 7"), 1);
    assert_int_equal(number_of(f, "SELECT count(*) FROM dead_letter"), 0);
    assert_int_equal(number_of(f, "SELECT count(*) FROM outbox_loose"), 0); /* nothing is sent */
}

static void test_a_command_is_replayed_through_the_queue(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("again");
    must(f, "ALTER TABLE fact ADD CONSTRAINT none CHECK (version <> 7)");
    send_command(f, &item, KEEP, 7);
    struct loop *loop = loop_fixture_loop(f);
    wait_number(f, "SELECT count(*) FROM dead_letter", 1);
    must(f, "ALTER TABLE fact DROP CONSTRAINT none");
    char *argv[] = {"dead-letters",
                    "replay",
                    (char *)(uintptr_t)topic_name(TOPIC_MEETING_COMMANDS),
                    mem_printf(f, "%lld", (long long)number_of(f, "SELECT partition FROM dead_letter")),
                    "0",
                    kafka_cluster_id(f, f->environment.brokers, 10000)};
    assert_int_equal(service_dead_letters(&f->service, 6, argv), 0);
    wait_number(f, FACTS, 1);
    wait_number(f, "SELECT count(*) FROM outbox_loose", 0);
    loop_stop(loop);
    assert_int_equal(number_of(f, "SELECT count(*) FROM dead_letter"), 0);
    assert_int_equal(number_of(f, "SELECT count(*) FROM seen WHERE code IS NULL"), 1);
}

/* What the command line prints goes to a file meanwhile. */
static int lines_listed(struct fixture *f)
{
    FILE *listed = tmpfile();
    int terminal = dup(STDOUT_FILENO), lines = 0;
    assert_non_null(listed);
    assert_true(fflush(stdout) == 0 && dup2(fileno(listed), STDOUT_FILENO) >= 0);
    assert_int_equal(service_dead_letters(&f->service, 2, (char *[]){"dead-letters", "list"}), 0);
    assert_true(fflush(stdout) == 0 && dup2(terminal, STDOUT_FILENO) >= 0);
    rewind(listed);
    for (int c; (c = fgetc(listed)) != EOF;)
        lines += c == '\n';
    (void)fclose(listed);
    (void)close(terminal);
    return lines;
}

static void test_any_of_thousands_of_dead_letters_is_reached(void **state)
{
    struct fixture *f = *state;
    must(
        f,
        mem_printf(
            f,
            "INSERT INTO dead_letter(cluster, topic, partition, \"offset\", record, reason, died_at_us, appended_at_us)"
            " SELECT 'here', %d, n %% 8, n, 'r', 'why', n, n FROM generate_series(1, 2500) n",
            TOPIC_MEETING_COMMANDS));
    assert_int_equal(lines_listed(f), 2500);
    char *drop[] = {"dead-letters", "drop", (char *)(uintptr_t)topic_name(TOPIC_MEETING_COMMANDS), "4", "2500"};
    assert_int_equal(service_dead_letters(&f->service, 5, drop), 0);
    assert_int_equal(number_of(f, "SELECT count(*) FROM dead_letter WHERE \"offset\" = 2500"), 0);
    assert_int_equal(lines_listed(f), 2499);
    assert_int_not_equal(service_dead_letters(&f->service, 5, drop), 0); /* no such letter */
}

static void test_an_offset_that_two_clusters_had_needs_its_cluster(void **state)
{
    struct fixture *f = *state;
    must(
        f,
        mem_printf(
            f,
            "INSERT INTO dead_letter(cluster, topic, partition, \"offset\", record, reason, died_at_us, appended_at_us)"
            " SELECT cluster, %d, 4, 7, 'r', 'why', 1, 1 FROM (VALUES ('old'), ('new')) v(cluster)",
            TOPIC_MEETING_COMMANDS));
    char *drop[] = {"dead-letters", "drop", (char *)(uintptr_t)topic_name(TOPIC_MEETING_COMMANDS), "4", "7", "old"};
    assert_int_not_equal(service_dead_letters(&f->service, 5, drop), 0);
    assert_int_equal(number_of(f, "SELECT count(*) FROM dead_letter"), 2);
    assert_int_equal(service_dead_letters(&f->service, 6, drop), 0);
    assert_int_equal(number_of(f, "SELECT count(*) FROM dead_letter WHERE cluster = 'new'"), 1);
}

#define LOOP_CASE(test) cmocka_unit_test_setup_teardown(test, loop_fixture_start, loop_fixture_stop)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#ifdef SOTAY_FAILPOINTS
        LOOP_CASE(test_a_record_that_is_sent_again_does_not_hide_a_newer_one),
        LOOP_CASE(test_what_still_flies_is_not_announced_again_by_a_new_assignment),
        LOOP_CASE(test_what_comes_with_the_positions_asked_again_is_not_dropped),
#endif
        LOOP_CASE(test_a_restart_tells_in_the_order_of_the_commits),
        LOOP_CASE(test_nothing_is_lost_while_the_database_comes_and_goes),
        LOOP_CASE(test_a_loop_whose_place_was_taken_joins_again),
        LOOP_CASE(test_a_full_list_of_commits_pauses_but_stays_in_the_group),
        LOOP_CASE(test_a_handler_that_overflows_the_stack_makes_a_dead_letter_at_its_third_death),
        LOOP_CASE(test_a_crash_counts_in_its_own_cluster_only),
        LOOP_CASE(test_what_was_processed_or_a_dead_letter_is_no_obstacle_any_more),
        LOOP_CASE(test_of_thousands_of_attempts_each_partition_minds_its_first),
        LOOP_CASE(test_a_raw_record_is_replayed_beside_the_queue),
        LOOP_CASE(test_a_command_is_replayed_through_the_queue),
        LOOP_CASE(test_any_of_thousands_of_dead_letters_is_reached),
        LOOP_CASE(test_an_offset_that_two_clusters_had_needs_its_cluster),
    };
    if (argc > 3 && strcmp(argv[1], "serve") == 0)
        return loop_fixture_serve(argv + 2);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
