/* What is forgotten of the processed messages, and when; the table has one index. */
#include "pg_fixture.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/loop/loop_store.h"
#include "common/loop/loop_sweep.h"
#include "common/loop/migrations.h"

#include <string.h>

#define NOW_US INT64_C(1795888800000000)
#define DAYS(n) ((n)*CLOCK_DAY_US)

void fixture_fill(struct pg *pg)
{
    assert_int_equal(pg_migrate(pg, common_migrations, common_n_migrations), ERR_OK);
}

void fixture_reset(struct pg *pg)
{
    must(pg, "DELETE FROM seen");
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

enum sort { COMMAND, EVENT };

/* A message that was settled so many days ago; its id says that it is so many days old, or has no time (NO_TIME). */
enum { NO_TIME = -1000 };
static void add(struct fixture *f, const char *kind, enum sort sort, int id_days, int settled_days)
{
    struct pg_args *args = loop_store_processed_args(f);
    struct loop_processed processed = {.kind = kind, .settled_at_us = NOW_US - DAYS(settled_days)};
    processed.message_id = uuid_random();
    processed.message_id.bytes[0] |= 0x80; /* as most hashes: behind all times */
    if (id_days != NO_TIME)
        processed.message_id = uuid_random_at(NOW_US - DAYS(id_days));
    if (sort == COMMAND)
        processed.body_hash = (ProtobufCBinaryData){4, (uint8_t *)"hash"};
    loop_store_add_processed(args, &processed);
    pg_queue(f->pg, args);
    assert_int_equal(pg_flush(f->pg), ERR_OK);
}

static void sweep_all(struct fixture *f)
{
    struct loop_sweep sweep = {0};
    bool more = false;
    for (int turn = 0; turn < 10; turn++)
        assert_int_equal(loop_sweep_turn(&sweep, f->pg, NOW_US, &more), ERR_OK);
}

static void test_a_row_goes_when_its_id_and_its_settling_are_past(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *kind;
        enum sort sort;
        int id_days, settled_days;
        bool stays;
    } cases[] = {
        {"command of yesterday", COMMAND, 1, 1, true},
        {"command of the last day that is kept", COMMAND, 44, 44, true},
        {"command past its days", COMMAND, 46, 46, false},
        {"old id, settled lately", COMMAND, 46, 44, true},
        {"ancient id, settled lately", COMMAND, 20000, 1, true},
        {"ancient id, past", COMMAND, 20000, 46, false},
        {"young id, settled long ago", COMMAND, 44, 60, true},
        {"id of the future, settled lately", COMMAND, -400, 1, true},
        {"id of the future, past", COMMAND, -400, 46, false},
        {"without a time, settled lately", COMMAND, NO_TIME, 44, true},
        {"without a time, past", COMMAND, NO_TIME, 46, false},
        {"event that may come again", EVENT, 99, 99, true},
        {"event past its days", EVENT, 101, 101, false},
        {"event without a time", EVENT, NO_TIME, 99, true},
        {"event without a time, past", EVENT, NO_TIME, 101, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        add(f, cases[i].kind, cases[i].sort, cases[i].id_days, cases[i].settled_days);
    sweep_all(f);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t n = number_of(f, mem_printf(f, "SELECT count(*) FROM seen WHERE kind = '%s'", cases[i].kind));
        if (n != cases[i].stays)
            fail_msg("%s: %d", cases[i].kind, (int)n);
    }
}

static void test_the_walk_goes_on_where_it_was_and_begins_again(void **state)
{
    struct fixture *f = *state;
    struct loop_sweep sweep = {0};
    bool more = false;
    must(f->pg, "INSERT INTO seen(message_id, kind, aggregate_id, body_hash, created_at_us, settled_at_us)"
                " SELECT (lpad(to_hex(i), 12, '0') || '80008000000000000000')::uuid, 'Kind', gen_random_uuid(), 'hash',"
                "  0, 0 FROM generate_series(1, 12000) AS i");
    static const int64_t left[] = {7000, 2000, 0, 0};
    static const bool goes_on[] = {true, true, false, false};
    for (size_t i = 0; i < ARRAY_LENGTH(left); i++) {
        assert_int_equal(loop_sweep_turn(&sweep, f->pg, NOW_US, &more), ERR_OK);
        assert_int_equal(number_of(f, "SELECT count(*) FROM seen"), left[i]);
        assert_int_equal(more, goes_on[i]);
    }
    add(f, "late", COMMAND, 46, 46);
    assert_int_equal(loop_sweep_turn(&sweep, f->pg, NOW_US, &more), ERR_OK);
    assert_int_equal(number_of(f, "SELECT count(*) FROM seen"), 0);
}

static void test_the_table_has_one_index(void **state)
{
    assert_int_equal(number_of(*state, "SELECT count(*) FROM pg_indexes WHERE tablename = 'seen'"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_row_goes_when_its_id_and_its_settling_are_past),
        CASE(test_the_walk_goes_on_where_it_was_and_begins_again),
        CASE(test_the_table_has_one_index),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
