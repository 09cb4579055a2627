/* common/loop/loop.h against real servers: a message that cannot be handled, or must wait, does not stop the others for
 * long, and it is said what is waited for. */
#include "common/base/metrics.h"
#include "loop_fixture.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#define FACTS "SELECT count(*) FROM fact"
#define DEAD "SELECT count(*) FROM dead_letter"

static struct uuid item_number(struct fixture *f, int64_t n)
{
    return item_id(mem_printf(f, "item %lld", (long long)n));
}

/* n commands, one for each item; the one in the middle is `what`. */
static void send_many(struct fixture *f, int64_t n, enum what what)
{
    for (int64_t i = 0; i < n; i++) {
        struct uuid item = item_number(f, i);
        send_command(f, &item, i == n / 2 ? what : KEEP, i);
    }
}

static int64_t batches(void)
{
    return atomic_load(&loop_metric_batch.count);
}

static void wait_text(struct fixture *f, struct loop *loop, int64_t ahead_s, const char *wanted)
{
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000);
    const char *text = NULL;
    do {
        pause_ms(5);
        text = loop_waits_text(&loop->waits, f->ctx, clock_monotonic_us() + ahead_s * CLOCK_SECOND_US);
    } while (clock_monotonic_us() < until_us && (wanted ? !text || !strstr(text, wanted) : text != NULL));
    if (wanted)
        assert_true(text && strstr(text, wanted));
    else
        assert_null(text);
}

/* --- faults ------------------------------------------------------------------------------------------------------- */

static void test_the_culprit_of_a_batch_is_found_by_halving(void **state)
{
    struct fixture *f = *state;
    must(f, "ALTER TABLE fact ADD CONSTRAINT none CHECK (version <> 200)");
    send_many(f, 400, KEEP);
    int64_t before = batches();
    struct loop *loop = loop_fixture_loop(f);
    wait_number(f, FACTS, 399);
    wait_number(f, DEAD, 1);
    loop_stop(loop);
    assert_true(batches() - before < 100); /* one by one they are 400 */
}

static void test_a_statement_without_end_makes_a_dead_letter_and_holds_nothing_else(void **state)
{
    struct fixture *f = *state;
    f->statement_ms = 1000;
    must(f, "CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.version = 50 THEN PERFORM pg_sleep(60); END IF; RETURN NEW; END $$");
    must(f, "CREATE TRIGGER slow BEFORE INSERT ON fact FOR EACH ROW EXECUTE FUNCTION sleep()");
    send_many(f, 100, KEEP);
    struct loop *loop = loop_fixture_loop(f);
    wait_number(f, FACTS, 99);
    wait_number(f, "SELECT count(*) FROM dead_letter WHERE reason LIKE '%statement timeout%'", 1);
    loop_stop(loop);
}

static void test_a_handler_that_hangs_is_aborted_and_makes_a_dead_letter_at_its_third_time(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("hangs");
    send_command(f, &item, HANG, 1);
    for (int i = 0; i < LOOP_ATTEMPTS; i++) {
        int status = loop_fixture_run_child(f);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    }
    send_command(f, &item, KEEP, 2);
    struct loop *loop = loop_fixture_loop(f);
    wait_number(f, FACTS, 1);
    loop_stop(loop);
    assert_int_equal(number_of(f, "SELECT count(*) FROM dead_letter WHERE reason = 'crashed'"), 1);
}

static void test_a_message_whose_process_is_killed_ten_times_in_a_row_is_a_dead_letter(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("kills");
    send_command(f, &item, KILL, 1);
    for (int i = 0; i < LOOP_KILLS; i++) {
        int status = loop_fixture_run_child(f);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        assert_int_equal(number_of(f, "SELECT count(*) FROM attempt"), 0);
    }
    send_command(f, &item, KEEP, 2);
    struct loop *loop = loop_fixture_loop(f);
    wait_number(f, FACTS, 1);
    loop_stop(loop);
    assert_int_equal(number_of(f, "SELECT count(*) FROM dead_letter WHERE reason LIKE 'killed 10 times%'"), 1);
}

/* --- what waits --------------------------------------------------------------------------------------------------- */

/* A transaction that nobody ends holds the key that the command wants to write. */
static struct pg *hold_fact(struct fixture *f, const struct uuid *item, int64_t version)
{
    static const struct pg_statement HOLD = {.name = "hold", .sql = "INSERT INTO fact VALUES ($1::uuid, $2::int8)"};
    struct pg *holder = pg_new(f, mem_printf(f, "%s application_name=holder", f->conninfo), NULL, 5000);
    struct pg_args *args = pg_args(f, &HOLD);
    pg_add_uuid(args, item);
    pg_add_int8(args, version);
    pg_queue_sql(holder, "BEGIN");
    assert_int_equal(pg_run(holder, args, NULL), ERR_OK);
    return holder;
}

static void let_go(struct pg *holder)
{
    pg_queue_sql(holder, "ROLLBACK");
    assert_int_equal(pg_flush(holder), ERR_OK);
}

static void test_a_loop_that_waits_for_a_lock_says_whose_it_is_and_goes_on_after_it(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_number(f, 0);
    f->statement_ms = 2000;
    struct pg *holder = hold_fact(f, &item, 0);
    send_many(f, 1, KEEP);
    struct loop *loop = loop_fixture_loop(f);
    wait_text(f, loop, 10, "lock held by pid ");
    wait_text(f, loop, 10, "(holder, ");
    let_go(holder);
    wait_number(f, FACTS, 1);
    wait_text(f, loop, 10, NULL);
    assert_int_equal(number_of(f, DEAD), 0);
    loop_stop(loop);
}

static void test_after_a_minute_what_waits_stops_its_own_partition_only(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_number(f, 0);
    f->statement_ms = 1000;
    struct pg *holder = hold_fact(f, &item, 0);
    send_many(f, 100, KEEP);
    struct loop *loop = loop_fixture_loop(f);
    wait_text(f, loop, 10, "lock held by pid ");
    __atomic_store_n(&loop->run.retried_since_us, 1, __ATOMIC_RELAXED); /* it has been so for a minute */
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000), facts = 0;
    while (facts < 50 && clock_monotonic_us() < until_us)
        facts = number_of(f, FACTS); /* of eight partitions one waits */
    assert_in_range(facts, 50, 99);
    wait_text(f, loop, 10, "lock held by pid ");
    let_go(holder);
    wait_number(f, FACTS, 100);
    assert_int_equal(number_of(f, DEAD) + number_of(f, "SELECT count(*) FROM attempt"), 0);
    loop_stop(loop);
}

/* The batch fails and is halved, with the one that waits in it. */
static void test_what_stands_before_an_unknown_kind_is_handled_whatever_fails_among_it(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("before");
    f->statement_ms = 1000;
    must(f, "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.version = 3 THEN RAISE 'no'; END IF; RETURN NEW; END $$");
    must(f, "CREATE TRIGGER refusing BEFORE INSERT ON fact FOR EACH ROW EXECUTE FUNCTION refuse()");
    for (int64_t version = 1; version <= 5; version++)
        send_command(f, &item, KEEP, version);
    send_unknown(f, &item);
    struct loop *loop = loop_fixture_loop(f);
    wait_number(f, FACTS, 4);
    wait_text(f, loop, 0, "unknown kind InventedLater");
    assert_int_equal(number_of(f, "SELECT count(*) FROM dead_letter"), 1);
    loop_stop(loop);
}

static void test_an_unknown_kind_is_said_at_once_and_can_be_made_a_dead_letter(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("later");
    struct loop *loop = loop_fixture_loop(f);
    send_command(f, &item, KEEP, 1);
    send_unknown(f, &item);
    send_command(f, &item, KEEP, 2);
    wait_text(f, loop, 0, "offset 1.0: unknown kind InventedLater");
    assert_int_equal(number_of(f, FACTS), 1);
    char *make[] = {"dead-letters", "make", (char *)(uintptr_t)topic_name(TOPIC_MEETING_COMMANDS),
                    mem_printf(f, "%lld", (long long)number_of(f, "SELECT partition FROM position WHERE next = 1")),
                    "0"};
    assert_int_not_equal(service_dead_letters(&f->service, 5, make), 0); /* it does not wait there */
    make[4] = "1";
    assert_int_equal(service_dead_letters(&f->service, 5, make), 0);
    wait_number(f, FACTS, 2);
    assert_int_equal(number_of(f, "SELECT count(*) FROM dead_letter WHERE kind = 'InventedLater'"), 1);
    assert_int_equal(number_of(f, "SELECT count(*) FROM seen WHERE code = 'dead_letter'"), 1);
    wait_text(f, loop, 0, NULL);
    loop_stop(loop);
}

#define LOOP_CASE(test) cmocka_unit_test_setup_teardown(test, loop_fixture_start, loop_fixture_stop)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        LOOP_CASE(test_the_culprit_of_a_batch_is_found_by_halving),
        LOOP_CASE(test_a_statement_without_end_makes_a_dead_letter_and_holds_nothing_else),
        LOOP_CASE(test_a_handler_that_hangs_is_aborted_and_makes_a_dead_letter_at_its_third_time),
        LOOP_CASE(test_a_message_whose_process_is_killed_ten_times_in_a_row_is_a_dead_letter),
        LOOP_CASE(test_a_loop_that_waits_for_a_lock_says_whose_it_is_and_goes_on_after_it),
        LOOP_CASE(test_after_a_minute_what_waits_stops_its_own_partition_only),
        LOOP_CASE(test_what_stands_before_an_unknown_kind_is_handled_whatever_fails_among_it),
        LOOP_CASE(test_an_unknown_kind_is_said_at_once_and_can_be_made_a_dead_letter),
    };
    if (argc > 3 && strcmp(argv[1], "serve") == 0)
        return loop_fixture_serve(argv + 2);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
