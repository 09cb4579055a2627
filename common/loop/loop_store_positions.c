#include "common/loop/loop_store_positions.h"

#include "common/base/mem.h"

#define COLUMNS "topic, partition, owner, next, last_append_us, last_hash, cluster, stopped"
static const struct pg_statement TAKE = {
    .name = "loop_take_positions",
    .each = true,
    .sql = "INSERT INTO position(cluster, topic, partition, owner, next)"
           " SELECT cluster, topic, partition, owner, 0 FROM unnest($1::text[], $2::int4[], $3::int4[], $4::uuid[])"
           " AS u(cluster, topic, partition, owner) ORDER BY topic, partition"
           " ON CONFLICT (cluster, topic, partition) DO UPDATE SET owner = excluded.owner"
           " RETURNING " COLUMNS};
static const struct pg_statement READ_ALL = {.name = "loop_read_positions",
                                             .sql = "SELECT " COLUMNS
                                                    " FROM position WHERE $1::text IS NULL OR cluster = $1::text"
                                                    " ORDER BY last_append_us NULLS FIRST, topic, partition"};
static const struct pg_statement OTHER_CLUSTERS = {
    .name = "loop_other_clusters",
    .sql = "SELECT count(*) FILTER (WHERE cluster = $1::text), count(*) FILTER (WHERE next > 0) FROM position"};
static const struct pg_statement ADVANCE = {
    .name = "loop_advance",
    .each = true,
    .sql =
        "UPDATE position p SET next = u.next, last_append_us = u.last_append_us, last_hash = u.last_hash"
        " FROM unnest($1::text[], $2::int4[], $3::int4[], $4::uuid[], $5::int8[], $6::int8[], $7::int8[], $8::uuid[])"
        " AS u(cluster, topic, partition, owner, expected, next, last_append_us, last_hash)"
        " WHERE p.cluster = u.cluster AND p.topic = u.topic AND p.partition = u.partition"
        " AND p.owner = u.owner AND p.next = u.expected AND p.stopped IS NULL"};
static const struct pg_statement STOP = {
    .name = "loop_stop_position",
    .sql = "UPDATE position SET stopped = $5::text"
           " WHERE cluster = $1::text AND topic = $2::int4 AND partition = $3::int4 AND owner = $4::uuid"};
static const struct pg_statement REREAD = {
    .name = "loop_reread_position",
    .sql = "INSERT INTO position(cluster, topic, partition, owner, next)"
           " VALUES ($1::text, $2::int4, $3::int4, $4::uuid, $5::int8)"
           " ON CONFLICT (cluster, topic, partition) DO UPDATE SET owner = excluded.owner, next = excluded.next,"
           " last_append_us = NULL, last_hash = NULL, stopped = NULL"};
static const struct pg_statement FORGET_ATTEMPTS = {
    .name = "loop_forget_attempts_of",
    .sql = "DELETE FROM attempt WHERE cluster = $1::text AND topic = $2::int4 AND partition = $3::int4"};
static const struct pg_statement KEEP_UNTOLD = {
    .name = "loop_keep_untold",
    .sql =
        "UPDATE outbox SET cluster = $1::text WHERE cluster <> $1::text AND topic = $2::int4 AND partition = $3::int4"};

static void add_partition(struct pg_args *args, const char *cluster, const struct loop_position *p)
{
    pg_add_text(args, cluster);
    pg_add_int4(args, p->topic);
    pg_add_int4(args, p->partition);
}

static void read_rows(TALLOC_CTX *ctx, const struct pg_result *result, struct loop_position_rows *ret_rows)
{
    ret_rows->n = pg_rows(result);
    ret_rows->items = mem_array(ctx, struct loop_position_row, ret_rows->n);
    for (size_t i = 0; i < ret_rows->n; i++)
        ret_rows->items[i] = (struct loop_position_row){
            .position = {.topic = (int32_t)pg_get_int8(result, i, 0),
                         .partition = (int32_t)pg_get_int8(result, i, 1),
                         .owner = pg_get_uuid(result, i, 2),
                         .next = pg_get_int8(result, i, 3),
                         .last = {.append_time_us = pg_get_int8(result, i, 4), .hash = pg_get_uuid(result, i, 5)}},
            .cluster = pg_get_text(ctx, result, i, 6),
            .stopped = pg_get_text(ctx, result, i, 7)};
}

int64_t loop_position_rows_next(const struct loop_position_rows *rows, int32_t topic, int32_t partition)
{
    for (size_t i = 0; i < rows->n; i++) {
        const struct loop_position *p = &rows->items[i].position;
        if (p->topic == topic && p->partition == partition)
            return p->next;
    }
    return 0;
}

static enum err run_for_rows(struct pg *pg, TALLOC_CTX *ctx, struct pg_args *args, struct loop_position_rows *ret_rows)
{
    struct pg_result *result = NULL;
    enum err err = pg_run(pg, args, &result);
    if (!err)
        read_rows(ctx, result, ret_rows);
    return err;
}

enum err loop_store_take_positions(struct pg *pg, TALLOC_CTX *ctx, const char *cluster, const struct loop_position p[],
                                   size_t n, struct loop_position_rows *ret_rows)
{
    struct pg_args *args = pg_args(ctx, &TAKE);
    for (size_t i = 0; i < n; i++) {
        add_partition(args, cluster, &p[i]);
        pg_add_uuid(args, &p[i].owner);
    }
    return run_for_rows(pg, ctx, args, ret_rows);
}

enum err loop_store_positions(struct pg *pg, TALLOC_CTX *ctx, const char *cluster, struct loop_position_rows *ret_rows)
{
    struct pg_args *args = pg_args(ctx, &READ_ALL);
    pg_add_text(args, cluster);
    return run_for_rows(pg, ctx, args, ret_rows);
}

enum err loop_store_check_cluster(struct pg *pg, const char *cluster)
{
    TALLOC_CTX *ctx = mem_context(NULL, "cluster");
    struct pg_args *args = pg_args(ctx, &OTHER_CLUSTERS);
    struct pg_result *row = NULL;
    pg_add_text(args, cluster);
    enum err err = pg_run(pg, args, &row);
    if (!err && pg_get_int8(row, 0, 0) == 0 && pg_get_int8(row, 0, 1) > 0)
        err = ERR_CONFIG;
    mem_free(ctx);
    return err;
}

struct pg_result *loop_store_queue_advance(struct pg *pg, TALLOC_CTX *ctx, const char *cluster,
                                           const struct loop_position p[], size_t n)
{
    struct pg_args *args = pg_args(ctx, &ADVANCE);
    for (size_t i = 0; i < n; i++) {
        add_partition(args, cluster, &p[i]);
        pg_add_uuid(args, &p[i].owner);
        pg_add_int8(args, p[i].expected);
        pg_add_int8(args, p[i].next);
        pg_add_time_or_null(args, p[i].last.append_time_us);
        pg_add_uuid_or_null(args, &p[i].last.hash);
    }
    return pg_queue(pg, args);
}

enum err loop_store_stop_position(struct pg *pg, const char *cluster, const struct loop_position *p, const char *why)
{
    TALLOC_CTX *ctx = mem_context(NULL, "stop");
    struct pg_args *args = pg_args(ctx, &STOP);
    struct pg_result *result = NULL;
    add_partition(args, cluster, p);
    pg_add_uuid(args, &p->owner);
    pg_add_text(args, why);
    enum err err = pg_run(pg, args, &result);
    if (!err && pg_affected(result) != 1)
        err = ERR_RETRY;
    mem_free(ctx);
    return err;
}

static void queue_reread(struct pg *pg, TALLOC_CTX *ctx, const char *cluster, const struct loop_position *p)
{
    struct pg_args *reread = pg_args(ctx, &REREAD), *forget = pg_args(ctx, &FORGET_ATTEMPTS),
                   *keep = pg_args(ctx, &KEEP_UNTOLD);
    add_partition(reread, cluster, p);
    pg_add_uuid(reread, &p->owner);
    pg_add_int8(reread, p->next);
    add_partition(forget, cluster, p);
    add_partition(keep, cluster, p);
    pg_queue(pg, reread);
    pg_queue(pg, forget);
    pg_queue(pg, keep);
}

enum err loop_store_reread_positions(struct pg *pg, const char *cluster, const struct loop_position positions[],
                                     size_t n)
{
    TALLOC_CTX *ctx = mem_context(NULL, "reread");
    pg_queue_sql(pg, "BEGIN");
    for (size_t i = 0; i < n; i++)
        queue_reread(pg, ctx, cluster, &positions[i]);
    pg_queue_sql(pg, "COMMIT");
    enum err err = pg_flush(pg);
    mem_free(ctx);
    return err;
}
