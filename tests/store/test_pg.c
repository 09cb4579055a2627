/* common/pg/pg.h against a real PostgreSQL: values, transactions, errors, lost connections. test_pg_bulk.c has the
 * rest. */
#include "pg_fixture.h"

#include "common/base/clock.h"
#include "common/base/mem.h"

#include <string.h>

static const struct pg_statement INSERT_NOTE = {
    .name = "insert_note",
    .sql = "INSERT INTO note(id, at_us, place, open, text, body, weight)"
           " VALUES ($1::uuid, $2::int8, $3::int4, $4::bool, $5::text, $6::bytea, $7::float8)"};

static const struct pg_statement INSERT_NOTES = {
    .name = "insert_notes",
    .each = true,
    .sql =
        "INSERT INTO note(id, at_us, place, open, text, body, weight)"
        " SELECT * FROM unnest($1::uuid[], $2::int8[], $3::int4[], $4::bool[], $5::text[], $6::bytea[], $7::float8[])"};

static const struct pg_statement SELECT_NOTES = {
    .name = "select_notes",
    .sql = "SELECT id, at_us, place, open, text, body, weight FROM note ORDER BY at_us NULLS LAST"};

static const struct pg_statement COUNT_NOTES = {.name = "count_notes", .sql = "SELECT count(*) FROM note"};

static struct uuid id_of(uint64_t number)
{
    struct uuid id = {0};
    memcpy(id.bytes + 8, &number, sizeof number);
    return id;
}

static void add_note(struct pg_args *args, uint64_t number)
{
    struct uuid id = id_of(number);
    pg_add_uuid(args, &id);
    pg_add_int8(args, (int64_t)number);
    pg_add_int4(args, -7);
    pg_add_bool(args, true);
    pg_add_text(args, "Họp chi bộ");
    pg_add_bytes(args, "\0\1\2", 3);
    pg_add_float8(args, 1.5);
}

static struct pg_args *note(struct fixture *f, uint64_t number)
{
    struct pg_args *args = pg_args(f->ctx, &INSERT_NOTE);
    add_note(args, number);
    return args;
}

static int64_t count_notes(struct fixture *f)
{
    struct pg_result *result = NULL;
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &COUNT_NOTES), &result), ERR_OK);
    return pg_get_int8(result, 0, 0);
}

static void assert_note(struct fixture *f, struct pg_result *result, size_t row, uint64_t number)
{
    struct uuid id = pg_get_uuid(result, row, 0), expected = id_of(number);
    assert_memory_equal(id.bytes, expected.bytes, 16);
    assert_int_equal(pg_get_int8(result, row, 1), number);
    assert_int_equal(pg_get_int8(result, row, 2), -7);
    assert_true(pg_get_bool(result, row, 3));
    assert_string_equal(pg_get_text(f->ctx, result, row, 4), "Họp chi bộ");
    ProtobufCBinaryData body = pg_get_bytes(f->ctx, result, row, 5);
    assert_int_equal(body.len, 3);
    assert_memory_equal(body.data, "\0\1\2", 3);
    assert_true(pg_get_float8(result, row, 6) == 1.5);
}

static void test_a_row_comes_back_as_it_was_written(void **state)
{
    struct fixture *f = *state;
    struct pg_result *inserted = pg_queue(f->pg, note(f, 5));
    struct pg_result *rows = pg_queue(f->pg, pg_args(f->ctx, &SELECT_NOTES));
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    assert_int_equal(pg_affected(inserted), 1);
    assert_int_equal(pg_rows(inserted), 0);
    assert_int_equal(pg_rows(rows), 1);
    assert_note(f, rows, 0, 5);
}

static void test_a_batch_is_one_statement(void **state)
{
    struct fixture *f = *state;
    struct pg_args *args = pg_args(f->ctx, &INSERT_NOTES);
    for (uint64_t i = 0; i < 1000; i++)
        add_note(args, i);
    assert_int_equal(pg_args_rows(args), 1000);
    struct pg_result *inserted = pg_queue(f->pg, args);
    struct pg_result *rows = pg_queue(f->pg, pg_args(f->ctx, &SELECT_NOTES));
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    assert_int_equal(pg_affected(inserted), 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_note(f, rows, i, i);
}

static void test_an_empty_batch_is_not_sent(void **state)
{
    struct fixture *f = *state;
    struct pg_result *result = pg_queue(f->pg, pg_args(f->ctx, &INSERT_NOTES));
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    assert_int_equal(pg_rows(result), 0);
    assert_int_equal(pg_affected(result), 0);
}

static void test_a_question_of_no_ids_is_not_sent(void **state)
{
    static const struct pg_statement WRONG = {.name = "wrong", .sql = "SELECT $1::uuid[] FROM nowhere"};
    struct fixture *f = *state;
    struct pg_result *result = pg_queue_ids(f->pg, f->ctx, &WRONG, NULL, 0);
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    assert_int_equal(pg_rows(result), 0);
}

static void add_nulls(struct pg_args *args, const struct uuid *id)
{
    pg_add_uuid(args, id);
    pg_add_int8_or_null(args, false, 3);
    pg_add_null(args);
    pg_add_null(args);
    pg_add_text(args, NULL);
    pg_add_bytes(args, NULL, 0);
    pg_add_null(args);
}

static void assert_nulls(struct fixture *f, size_t row)
{
    struct pg_result *rows = NULL;
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &SELECT_NOTES), &rows), ERR_OK);
    assert_false(pg_is_null(rows, row, 0));
    for (int column = 1; column < 7; column++)
        assert_true(pg_is_null(rows, row, column));
    assert_int_equal(pg_get_int8(rows, row, 1), 0);
    assert_false(pg_get_bool(rows, row, 3));
    assert_null(pg_get_text(f->ctx, rows, row, 4));
    assert_null(pg_get_bytes(f->ctx, rows, row, 5).data);
    assert_true(pg_get_float8(rows, row, 6) == 0);
}

static void test_nulls_survive_alone(void **state)
{
    struct fixture *f = *state;
    struct uuid id = id_of(1);
    struct pg_args *args = pg_args(f->ctx, &INSERT_NOTE);
    add_nulls(args, &id);
    assert_int_equal(pg_run(f->pg, args, NULL), ERR_OK);
    assert_nulls(f, 0);
}

static void test_nulls_survive_in_batches_even_where_a_column_has_nothing_else(void **state)
{
    struct fixture *f = *state;
    struct uuid id = id_of(1);
    struct pg_args *args = pg_args(f->ctx, &INSERT_NOTES);
    add_nulls(args, &id);
    assert_int_equal(pg_run(f->pg, args, NULL), ERR_OK);
    assert_nulls(f, 0);
    args = pg_args(f->ctx, &INSERT_NOTES);
    id = id_of(2);
    add_nulls(args, &id);
    add_note(args, 3);
    assert_int_equal(pg_run(f->pg, args, NULL), ERR_OK);
    assert_nulls(f, 1);
}

static void test_empty_text_and_bytes_are_not_null(void **state)
{
    static const struct pg_statement ECHO = {.name = "echo_empty", .sql = "SELECT $1::text, $2::bytea"};
    struct fixture *f = *state;
    struct pg_args *args = pg_args(f->ctx, &ECHO);
    pg_add_text(args, "");
    pg_add_bytes(args, "", 0);
    struct pg_result *rows = NULL;
    assert_int_equal(pg_run(f->pg, args, &rows), ERR_OK);
    assert_false(pg_is_null(rows, 0, 0));
    assert_false(pg_is_null(rows, 0, 1));
    assert_string_equal(pg_get_text(f->ctx, rows, 0, 0), "");
}

static void test_lists_travel_both_ways(void **state)
{
    static const struct pg_statement LISTS = {
        .name = "lists",
        .sql = "SELECT $1::uuid[], $2::int4[], array_to_string($3::text[], '|', 'NULL'), '{1,NULL,3}'::int4[]"};
    struct fixture *f = *state;
    struct uuid ids[2] = {id_of(8), id_of(9)};
    const int32_t numbers[3] = {1, -2, 3};
    struct pg_args *args = pg_args(f->ctx, &LISTS);
    pg_add_uuids(args, ids, 2);
    pg_add_int4s(args, numbers, 3);
    pg_add_texts(args, (const char *const[]){"một", "", NULL}, 3);
    struct pg_result *rows = NULL;
    assert_int_equal(pg_run(f->pg, args, &rows), ERR_OK);
    size_t n;
    assert_memory_equal(pg_get_uuids(f->ctx, rows, 0, 0, &n), ids, sizeof ids);
    assert_int_equal(n, 2);
    assert_memory_equal(pg_get_int4s(f->ctx, rows, 0, 1, &n), numbers, sizeof numbers);
    assert_int_equal(n, 3);
    assert_string_equal(pg_get_text(f->ctx, rows, 0, 2), "một||NULL");
    assert_int_equal(pg_get_int4s(f->ctx, rows, 0, 3, &n)[2], 3);
}

static void test_an_empty_list_is_empty_and_not_null(void **state)
{
    static const struct pg_statement EMPTY = {.name = "empty_list",
                                              .sql = "SELECT $1::uuid[], cardinality($1::uuid[])"};
    struct fixture *f = *state;
    struct pg_args *args = pg_args(f->ctx, &EMPTY);
    pg_add_uuids(args, NULL, 0);
    struct pg_result *rows = NULL;
    assert_int_equal(pg_run(f->pg, args, &rows), ERR_OK);
    size_t n = 1;
    (void)pg_get_uuids(f->ctx, rows, 0, 0, &n);
    assert_int_equal(n, 0);
    assert_false(pg_is_null(rows, 0, 1));
    assert_int_equal(pg_get_int8(rows, 0, 1), 0);
}

static void test_a_transaction_may_span_flushes(void **state)
{
    struct fixture *f = *state;
    pg_queue_sql(f->pg, "BEGIN");
    pg_queue(f->pg, note(f, 1));
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    pg_queue(f->pg, note(f, 2));
    pg_queue_sql(f->pg, "COMMIT");
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    assert_int_equal(count_notes(f), 2);
}

static void test_a_unique_constraint_is_named_and_the_transaction_is_gone(void **state)
{
    struct fixture *f = *state;
    pg_queue_sql(f->pg, "BEGIN");
    pg_queue(f->pg, note(f, 1));
    pg_queue(f->pg, note(f, 1));
    struct pg_result *after = pg_queue(f->pg, pg_args(f->ctx, &SELECT_NOTES));
    pg_queue_sql(f->pg, "COMMIT");
    assert_int_equal(pg_flush(f->pg), ERR_CONSTRAINT);
    assert_string_equal(pg_constraint(f->pg), "note_pkey");
    assert_int_equal(pg_rows(after), 0);
    assert_int_equal(count_notes(f), 0);
    assert_string_equal(pg_constraint(f->pg), "");
}

static void test_a_check_constraint_in_an_open_transaction_rolls_back_earlier_flushes(void **state)
{
    struct fixture *f = *state;
    pg_queue_sql(f->pg, "BEGIN");
    pg_queue(f->pg, note(f, 1));
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    pg_queue_sql(f->pg, "UPDATE note SET weight = -1");
    assert_int_equal(pg_flush(f->pg), ERR_CONSTRAINT);
    assert_string_equal(pg_constraint(f->pg), "note_weight_positive");
    assert_int_equal(count_notes(f), 0);
}

static void test_a_statement_after_the_error_is_prepared_again(void **state)
{
    static const struct pg_statement WRONG = {.name = "wrong", .sql = "SELEKT 1"};
    struct fixture *f = *state;
    pg_queue(f->pg, pg_args(f->ctx, &WRONG));
    pg_queue(f->pg, pg_args(f->ctx, &COUNT_NOTES)); /* its Parse is skipped by the server */
    assert_int_equal(pg_flush(f->pg), ERR_INTERNAL);
    assert_non_null(strstr(pg_message(f->pg), "SELEKT"));
    assert_int_equal(count_notes(f), 0);
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &WRONG), NULL), ERR_INTERNAL);
}

static void test_a_missing_table_is_tried_again_later(void **state)
{
    static const struct pg_statement MISSING = {.name = "missing", .sql = "SELECT 1 FROM not_yet"};
    struct fixture *f = *state;
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &MISSING), NULL), ERR_RETRY);
    must(f->pg, "CREATE TABLE not_yet(id int4)");
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &MISSING), NULL), ERR_OK);
    must(f->pg, "DROP TABLE not_yet");
}

static void test_a_changed_schema_is_met_by_preparing_anew(void **state)
{
    static const struct pg_statement ALL = {.name = "all_others", .sql = "SELECT * FROM other"};
    struct fixture *f = *state;
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &ALL), NULL), ERR_OK);
    must(f->pg, "ALTER TABLE other ADD COLUMN more text");
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &ALL), NULL), ERR_RETRY);
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &ALL), NULL), ERR_OK);
    must(f->pg, "ALTER TABLE other DROP COLUMN more");
}

static void kill_backends(struct fixture *f)
{
    must(admin, mem_printf(f->ctx, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '%s'",
                           database));
}

static void test_an_idle_connection_that_was_closed_is_made_anew_without_an_error(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(count_notes(f), 0);
    assert_true(pg_is_connected(f->pg));
    kill_backends(f);
    assert_int_equal(count_notes(f), 0);
}

static void test_a_connection_lost_in_a_transaction_is_an_error_and_nothing_is_written(void **state)
{
    struct fixture *f = *state;
    pg_queue_sql(f->pg, "BEGIN");
    pg_queue(f->pg, note(f, 1));
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    kill_backends(f);
    pg_queue(f->pg, note(f, 2));
    pg_queue_sql(f->pg, "COMMIT");
    assert_int_equal(pg_flush(f->pg), ERR_RETRY);
    assert_false(pg_is_connected(f->pg));
    assert_int_equal(count_notes(f), 0);
}

static void test_a_connection_that_ends_its_own_backend_reports_retry(void **state)
{
    struct fixture *f = *state;
    pg_queue(f->pg, note(f, 1));
    pg_queue_sql(f->pg, "SELECT pg_terminate_backend(pg_backend_pid())");
    pg_queue(f->pg, note(f, 2));
    assert_int_equal(pg_flush(f->pg), ERR_RETRY);
    assert_int_equal(count_notes(f), 0);
}

static void test_a_statement_that_never_ends_is_told_by_its_own_deadline(void **state)
{
    struct fixture *f = *state;
    struct pg *pg = pg_new(f->ctx, conninfo, NULL, 2000);
    pg_queue_sql(pg, "SELECT pg_sleep(0.2)");
    pg_queue_sql(pg, "SELECT pg_sleep(60)");
    assert_int_equal(pg_flush(pg), ERR_DEADLINE);
    assert_true(pg_is_connected(pg));
}

static void test_an_answer_never_takes_longer_than_the_deadline(void **state)
{
    struct fixture *f = *state;
    struct pg *hasty = pg_new(f->ctx, conninfo, NULL, 300);
    int64_t start_us = clock_monotonic_us();
    pg_queue_sql(hasty, "SET statement_timeout = 0");
    pg_queue_sql(hasty, "SELECT pg_sleep(20)");
    assert_int_equal(pg_flush(hasty), ERR_RETRY);
    assert_in_range(clock_monotonic_us() - start_us, 250000, 1500000);
    assert_false(pg_is_connected(hasty));
    kill_backends(f);
}

static void test_the_server_stops_a_slow_statement_by_itself(void **state)
{
    struct fixture *f = *state;
    must(f->pg, "SET statement_timeout = 50");
    pg_queue_sql(f->pg, "SELECT pg_sleep(20)");
    assert_int_equal(pg_flush(f->pg), ERR_DEADLINE);
    assert_true(pg_is_connected(f->pg));
    assert_int_equal(count_notes(f), 0);
}

static void test_a_loop_that_waits_for_a_lock_is_told_who_holds_it(void **state)
{
    struct fixture *f = *state;
    struct pg *loop = pg_new(f->ctx, conninfo, NULL, 2000);
    pg_runs_batches(loop);
    assert_int_equal(pg_run(f->pg, note(f, 1), NULL), ERR_OK);
    must(f->pg, "SET application_name = 'an operator'");
    pg_queue_sql(f->pg, "BEGIN");
    pg_queue_sql(f->pg, "SELECT 1 FROM note FOR UPDATE");
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    pg_queue_sql(loop, "UPDATE note SET place = 1");
    assert_int_equal(pg_flush(loop), ERR_RETRY);
    assert_non_null(strstr(pg_message(loop), "(an operator, "));
    assert_non_null(strstr(pg_message(loop), "idle in transaction"));
    assert_non_null(strstr(pg_message(loop), "\"note\"")); /* which lock */
    must(f->pg, "ROLLBACK");
    pg_queue_sql(loop, "UPDATE note SET place = 1");
    assert_int_equal(pg_flush(loop), ERR_OK);
}

static void test_a_server_that_is_away_is_told_at_once(void **state)
{
    struct fixture *f = *state;
    struct pg *away = pg_new(f->ctx, "host=127.0.0.1 port=1 dbname=none", "secret", 2000);
    pg_queue_sql(away, "SELECT 1");
    assert_int_equal(pg_flush(away), ERR_RETRY);
    assert_true(strlen(pg_message(away)) > 0);
    assert_null(strstr(pg_message(away), "secret"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_row_comes_back_as_it_was_written),
        CASE(test_a_batch_is_one_statement),
        CASE(test_an_empty_batch_is_not_sent),
        CASE(test_a_question_of_no_ids_is_not_sent),
        CASE(test_nulls_survive_alone),
        CASE(test_nulls_survive_in_batches_even_where_a_column_has_nothing_else),
        CASE(test_empty_text_and_bytes_are_not_null),
        CASE(test_lists_travel_both_ways),
        CASE(test_an_empty_list_is_empty_and_not_null),
        CASE(test_a_transaction_may_span_flushes),
        CASE(test_a_unique_constraint_is_named_and_the_transaction_is_gone),
        CASE(test_a_check_constraint_in_an_open_transaction_rolls_back_earlier_flushes),
        CASE(test_a_statement_after_the_error_is_prepared_again),
        CASE(test_a_missing_table_is_tried_again_later),
        CASE(test_a_changed_schema_is_met_by_preparing_anew),
        CASE(test_an_idle_connection_that_was_closed_is_made_anew_without_an_error),
        CASE(test_a_connection_lost_in_a_transaction_is_an_error_and_nothing_is_written),
        CASE(test_a_connection_that_ends_its_own_backend_reports_retry),
        CASE(test_a_statement_that_never_ends_is_told_by_its_own_deadline),
        CASE(test_an_answer_never_takes_longer_than_the_deadline),
        CASE(test_the_server_stops_a_slow_statement_by_itself),
        CASE(test_a_loop_that_waits_for_a_lock_is_told_who_holds_it),
        CASE(test_a_server_that_is_away_is_told_at_once),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
