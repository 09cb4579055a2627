/* The loop's schema: databases of an older binary are carried over; an offset is of its cluster. */
#include "pg_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/loop/loop_store_dead.h"
#include "common/loop/loop_store_restored.h"
#include "common/loop/migrations.h"

enum { OLD = 1 }; /* so many schema files did the older binary have */

void fixture_fill(struct pg *pg)
{
    (void)pg; /* each case has the schema of its time */
}

void fixture_reset(struct pg *pg)
{
    (void)pg;
}

static int64_t number_of(struct fixture *f, const char *sql)
{
    static int n;
    struct pg_statement *statement = mem_new(f, struct pg_statement);
    *statement = (struct pg_statement){.name = mem_printf(f, "question_%d", n++), .sql = sql};
    struct pg_result *row;
    assert_int_equal(pg_run(f->pg, pg_args(f, statement), &row), ERR_OK);
    return pg_get_int8(row, 0, 0);
}

static void migrate(struct fixture *f, size_t n)
{
    must(f->pg,
         "DROP TABLE IF EXISTS schema_migration, position, seen, outbox, outbox_loose, timer, attempt, dead_letter,"
         " restoration, skipped_kind, marked_key");
    assert_int_equal(pg_migrate(f->pg, common_migrations, n), ERR_OK);
}

static void test_what_was_announced_goes_and_the_rest_keeps_its_order(void **state)
{
    struct fixture *f = *state;
    migrate(f, OLD);
    must(f->pg, "INSERT INTO position VALUES ('here', 5, 0, 30, 10), ('here', 5, 1, 7, 7)");
    must(f->pg, "INSERT INTO outbox VALUES ('here', 5, 0, 30, 'third'), ('here', 5, 0, 10, 'first'),"
                " ('here', 5, 0, 20, 'second'), ('here', 5, 1, 7, 'other')");
    assert_int_equal(pg_migrate(f->pg, common_migrations, common_n_migrations), ERR_OK);
    struct pg_result *rows;
    const int32_t topics[] = {5, 5}, partitions[] = {0, 1};
    assert_int_equal(loop_store_unannounced(f->pg, f, "here", topics, partitions, 2, &rows), ERR_OK);
    assert_int_equal(pg_rows(rows), 2);
    assert_memory_equal(pg_get_bytes(f, rows, 0, 3).data, "second", 6);
    assert_memory_equal(pg_get_bytes(f, rows, 1, 3).data, "third", 5);
}

static void test_dead_letters_and_attempts_get_the_cluster_of_their_partition(void **state)
{
    struct fixture *f = *state;
    migrate(f, OLD);
    must(f->pg, "INSERT INTO position VALUES ('old', 5, 0, 90, 90), ('new', 5, 0, 20, 20), ('new', 5, 1, 3, 3)");
    must(f->pg, "INSERT INTO attempt VALUES (5, 1, 3, 2, 'crashed'), (5, 7, 3, 1, 'nobody has it')");
    must(f->pg, "INSERT INTO dead_letter VALUES (5, 0, 88, 'Kind', 'k', 'r', 'why', 1000),"
                " (5, 7, 1, NULL, NULL, 'r', 'why', 2000)");
    assert_int_equal(pg_migrate(f->pg, common_migrations, common_n_migrations), ERR_OK);
    assert_int_equal(number_of(f, "SELECT count(*) FROM attempt"), 1);
    assert_int_equal(number_of(f, "SELECT count(*) FROM attempt WHERE cluster = 'new' AND attempts = 2"), 1);
    struct loop_dead *dead;
    size_t n;
    assert_int_equal(loop_store_page_dead(f->pg, f, NULL, &dead, &n), ERR_OK);
    assert_int_equal(n, 2);
    assert_string_equal(dead[0].at.cluster, "");
    assert_string_equal(dead[1].at.cluster, "old");
    assert_int_equal(dead[1].appended_at_us, 1000);
}

static void test_bytes_that_a_dead_letter_holds_are_found(void **state)
{
    struct fixture *f = *state;
    migrate(f, common_n_migrations);
    must(f->pg,
         "INSERT INTO dead_letter(cluster, topic, partition, \"offset\", place, record_key, record, reason, died_at_us,"
         " appended_at_us) VALUES ('here', 5, 0, 1, 0, 'k', 'of a file: 0123456789', 'why', 1, 1)");
    ProtobufCBinaryData bytes[] = {{5, (uint8_t *)"34567"}, {5, (uint8_t *)"34568"}};
    const struct pg_result *rows = loop_store_named_by_dead(f->pg, f, bytes, ARRAY_LENGTH(bytes));
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    assert_int_equal(pg_rows(rows), 1);
    assert_memory_equal(pg_get_bytes(f, rows, 0, 0).data, "34567", 5);
}

static int count(struct fixture *f, const char *cluster)
{
    const struct loop_offset at = {.cluster = cluster, .topic = 5, .partition = 0, .offset = 42};
    int attempts = 0;
    assert_int_equal(loop_store_count_attempt(f->pg, &at, "why", &attempts), ERR_OK);
    return attempts;
}

static void test_an_attempt_at_a_later_message_voids_those_at_earlier_ones(void **state)
{
    struct fixture *f = *state;
    migrate(f, common_n_migrations);
    must(f->pg, "INSERT INTO attempt(cluster, topic, partition, \"offset\", place, attempts, reason)"
                " VALUES ('here', 5, 0, 41, 0, 2, 'gone'), ('here', 5, 0, 43, 0, 1, 'later'),"
                " ('here', 5, 1, 3, 0, 1, 'other')");
    assert_int_equal(count(f, "here"), 1);
    assert_int_equal(number_of(f, "SELECT count(*) FROM attempt"), 3);
    assert_int_equal(number_of(f, "SELECT count(*) FROM attempt WHERE reason = 'gone'"), 0);
}

static void test_an_offset_of_another_cluster_is_another_message(void **state)
{
    struct fixture *f = *state;
    migrate(f, common_n_migrations);
    assert_int_equal(count(f, "old"), 1);
    assert_int_equal(count(f, "old"), 2);
    assert_int_equal(count(f, "new"), 1);
    struct pg_result *rows;
    assert_int_equal(loop_store_attempts(f->pg, f, "new", NULL, &rows), ERR_OK);
    assert_int_equal(pg_rows(rows), 1);
    must(f->pg, "INSERT INTO position(cluster, topic, partition, next, owner)"
                " VALUES ('new', 5, 0, 43, gen_random_uuid())");
    assert_int_equal(loop_store_attempts(f->pg, f, "new", NULL, &rows), ERR_OK);
    assert_int_equal(pg_rows(rows), 0); /* it was done after all */
    struct loop_dead dead = {.at = {.cluster = "new", .topic = 5, .partition = 0, .offset = 42}, .reason = "why"};
    loop_store_queue_dead(f->pg, f, &dead);
    dead.at.cluster = "old";
    loop_store_queue_dead(f->pg, f, &dead);
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    assert_int_equal(number_of(f, "SELECT count(*) FROM dead_letter"), 2);
    loop_store_queue_drop_dead(f->pg, f, &dead.at);
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    assert_int_equal(number_of(f, "SELECT count(*) FROM dead_letter WHERE cluster = 'new'"), 1);
}

static struct restoration newest_mark(struct fixture *f)
{
    struct pg_result *row = loop_store_restored_queue(f->pg, f);
    must_flush(f->pg);
    return loop_store_restored(row);
}

static void test_a_database_says_when_it_was_last_marked_as_restored(void **state)
{
    struct fixture *f = *state;
    migrate(f, common_n_migrations);
    assert_int_equal(newest_mark(f).number, 0);
    assert_int_equal(newest_mark(f).marked_at_us, 0);
    assert_int_equal(loop_store_mark_restored(f->pg, f, 1000), ERR_OK);
    int64_t first = newest_mark(f).number;
    assert_true(first > 0);
    assert_int_equal(loop_store_mark_restored(f->pg, f, 900), ERR_OK); /* a clock that was put back */
    assert_true(newest_mark(f).number > first);
    assert_int_equal(newest_mark(f).marked_at_us, 900);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_was_announced_goes_and_the_rest_keeps_its_order),
        CASE(test_dead_letters_and_attempts_get_the_cluster_of_their_partition),
        CASE(test_bytes_that_a_dead_letter_holds_are_found),
        CASE(test_an_attempt_at_a_later_message_voids_those_at_earlier_ones),
        CASE(test_an_offset_of_another_cluster_is_another_message),
        CASE(test_a_database_says_when_it_was_last_marked_as_restored),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
