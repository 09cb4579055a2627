#include "common/loop/loop_store_restored.h"

static const struct pg_statement NEWEST = {
    .name = "loop_restored", .sql = "SELECT number, marked_at_us FROM restoration ORDER BY number DESC LIMIT 1"};
static const struct pg_statement MARK = {.name = "loop_mark_restored",
                                         .sql = "INSERT INTO restoration(marked_at_us) VALUES ($1::int8)"};

struct pg_result *loop_store_restored_queue(struct pg *pg, TALLOC_CTX *ctx)
{
    return pg_queue(pg, pg_args(ctx, &NEWEST));
}

struct restoration loop_store_restored(const struct pg_result *row)
{
    if (pg_rows(row) == 0)
        return (struct restoration){0};
    return (struct restoration){.number = pg_get_int8(row, 0, 0), .marked_at_us = pg_get_int8(row, 0, 1)};
}

enum err loop_store_mark_restored(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us)
{
    struct pg_args *args = pg_args(ctx, &MARK);
    struct pg_result *ignored;
    pg_add_int8(args, now_us);
    return pg_run(pg, args, &ignored);
}
