/* common/pg.h against a real PostgreSQL: much at once, plans of tables that grow, COPY, migrations. */
#include "pg_fixture.h"

#include "common/base/clock.h"
#include "common/base/mem.h"

#include <string.h>

/* 60 MB each way, more than all socket buffers together: sending all before reading would stop for ever. */
static void test_a_huge_batch_does_not_deadlock(void **state)
{
    static const struct pg_statement ECHO = {.name = "echo_text", .sql = "SELECT $1::text"};
    struct fixture *f = *state;
    size_t n = 100000;
    char *text = mem_zalloc(f->ctx, n + 1, "text");
    memset(text, 'x', n);
    struct pg_result *last = NULL;
    for (int i = 0; i < 600; i++) {
        struct pg_args *args = pg_args(f->ctx, &ECHO);
        pg_add_text(args, text);
        last = pg_queue(f->pg, args);
    }
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    assert_string_equal(pg_get_text(f->ctx, last, 0, 0), text);
}

static const struct pg_statement FIND_GROWN = {.name = "find_grown", .sql = "SELECT id FROM grown WHERE id = $1::int4"};

static void find_grown(struct fixture *f)
{
    struct pg_args *args = pg_args(f->ctx, &FIND_GROWN);
    pg_add_int4(args, 3);
    assert_int_equal(pg_run(f->pg, args, NULL), ERR_OK);
}

static bool finding_reads_the_whole_table(struct fixture *f)
{
    static const struct pg_statement EXPLAIN = {.name = "explain", .sql = "EXPLAIN EXECUTE find_grown(3)"};
    struct pg_result *plan = NULL;
    find_grown(f);
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &EXPLAIN), &plan), ERR_OK);
    return strstr(pg_get_text(f->ctx, plan, 0, 0), "Seq Scan");
}

static void test_a_plan_made_for_a_small_table_does_not_outlive_it(void **state)
{
    struct fixture *f = *state;
    must(f->pg, "SET plan_cache_mode = force_generic_plan");
    must(f->pg, "CREATE TABLE grown(id int4 PRIMARY KEY) WITH (autovacuum_enabled = off)");
    must(f->pg, "INSERT INTO grown SELECT generate_series(1, 30)");
    must(f->pg, "ANALYZE grown");
    assert_true(finding_reads_the_whole_table(f));
    must(f->pg, "INSERT INTO grown SELECT generate_series(31, 40000)");
    int64_t until_us = clock_monotonic_us() + 5000000;
    while (finding_reads_the_whole_table(f))
        assert_true(clock_monotonic_us() < until_us);
}

struct lines {
    TALLOC_CTX *ctx;
    int next, end;
    const char *format;
};

static const char *next_line(void *arg, size_t *ret_bytes)
{
    struct lines *lines = arg;
    if (lines->next == lines->end)
        return NULL;
    char *line = mem_printf(lines->ctx, "%d\n", lines->next++);
    if (lines->format)
        line = mem_text(lines->ctx, lines->format);
    *ret_bytes = strlen(line);
    return line;
}

static int64_t count_others(struct fixture *f)
{
    static const struct pg_statement COUNT = {.name = "count_others", .sql = "SELECT count(*) FROM other"};
    struct pg_result *result = NULL;
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &COUNT), &result), ERR_OK);
    return pg_get_int8(result, 0, 0);
}

static void test_copy_loads_lines_inside_a_transaction_too(void **state)
{
    struct fixture *f = *state;
    struct lines lines = {f->ctx, 0, 100000, NULL};
    assert_int_equal(pg_copy_in(f->pg, "COPY other(id) FROM STDIN", next_line, &lines), ERR_OK);
    assert_int_equal(count_others(f), 100000);
    pg_queue_sql(f->pg, "BEGIN");
    pg_queue_sql(f->pg, "TRUNCATE other");
    lines = (struct lines){f->ctx, 0, 3, NULL};
    assert_int_equal(pg_copy_in(f->pg, "COPY other(id) FROM STDIN", next_line, &lines), ERR_OK);
    must(f->pg, "COMMIT");
    assert_int_equal(count_others(f), 3);
}

static void test_a_bad_line_loads_nothing_and_the_connection_works_on(void **state)
{
    struct fixture *f = *state;
    must(f->pg, "TRUNCATE other");
    must(f->pg, "BEGIN");
    struct lines lines = {f->ctx, 0, 10, "no number\n"};
    assert_int_equal(pg_copy_in(f->pg, "COPY other(id) FROM STDIN", next_line, &lines), ERR_INTERNAL);
    assert_int_equal(count_others(f), 0);
    assert_int_equal(pg_copy_in(f->pg, "SELECT 1", next_line, &lines), ERR_INTERNAL);
    assert_int_equal(pg_copy_in(f->pg, "COPY nowhere FROM STDIN", next_line, &lines), ERR_RETRY);
    assert_int_equal(count_others(f), 0);
}

static void test_migrations_run_once_in_order_and_stop_at_the_first_error(void **state)
{
    static const struct pg_migration STEPS[] = {
        {"example", 1, "CREATE TABLE step(id int4); INSERT INTO step VALUES (1);"},
        {"example", 2, "UPDATE step SET id = id + 10"},
        {"example", 3, "UPDATE step SET id = id + 100; SELEKT"},
    };
    struct fixture *f = *state;
    assert_int_equal(pg_migrate(f->pg, STEPS, 2), ERR_OK);
    assert_int_equal(pg_migrate(f->pg, STEPS, 2), ERR_OK);
    assert_int_equal(pg_migrate(f->pg, STEPS, 3), ERR_INTERNAL);
    assert_non_null(strstr(pg_message(f->pg), "SELEKT"));
    static const struct pg_statement READ = {.name = "read_step",
                                             .sql = "SELECT id, (SELECT count(*) FROM schema_migration) FROM step"};
    struct pg_result *rows = NULL;
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &READ), &rows), ERR_OK);
    assert_int_equal(pg_get_int8(rows, 0, 0), 11);
    assert_int_equal(pg_get_int8(rows, 0, 1), 3); /* the fixture's and two */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_huge_batch_does_not_deadlock),
        CASE(test_a_plan_made_for_a_small_table_does_not_outlive_it),
        CASE(test_copy_loads_lines_inside_a_transaction_too),
        CASE(test_a_bad_line_loads_nothing_and_the_connection_works_on),
        CASE(test_migrations_run_once_in_order_and_stop_at_the_first_error),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
