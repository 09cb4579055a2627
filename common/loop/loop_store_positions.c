#include "common/loop/loop_store_positions.h"

#include "common/base/mem.h"

static const struct pg_statement TAKE = {
    .name = "loop_take_positions",
    .each = true,
    .sql = "INSERT INTO position(cluster, topic, partition, owner, next)"
           " SELECT cluster, topic, partition, owner, 0 FROM unnest($1::text[], $2::int4[], $3::int4[], $4::uuid[])"
           " AS u(cluster, topic, partition, owner) ORDER BY topic, partition"
           " ON CONFLICT (cluster, topic, partition) DO UPDATE SET owner = excluded.owner"
           " RETURNING topic, partition, next"};
static const struct pg_statement READ_ONE = {
    .name = "loop_read_position",
    .sql = "SELECT next FROM position WHERE cluster = $1::text AND topic = $2::int4 AND partition = $3::int4"};
static const struct pg_statement READ_ALL = {
    .name = "loop_read_positions",
    .sql = "SELECT topic, partition, owner, next FROM position WHERE cluster = $1::text"};
static const struct pg_statement OTHER_CLUSTERS = {
    .name = "loop_other_clusters",
    .sql = "SELECT count(*) FILTER (WHERE cluster = $1::text), count(*) FILTER (WHERE next > 0) FROM position"};
static const struct pg_statement ADVANCE = {
    .name = "loop_advance",
    .each = true,
    .sql = "UPDATE position p SET next = u.next"
           " FROM unnest($1::text[], $2::int4[], $3::int4[], $4::uuid[], $5::int8[], $6::int8[])"
           " AS u(cluster, topic, partition, owner, expected, next)"
           " WHERE p.cluster = u.cluster AND p.topic = u.topic AND p.partition = u.partition"
           " AND p.owner = u.owner AND p.next = u.expected"};

static void add_partition(struct pg_args *args, const char *cluster, const struct loop_position *p)
{
    pg_add_text(args, cluster);
    pg_add_int4(args, p->topic);
    pg_add_int4(args, p->partition);
}

static void read_taken(const struct pg_result *rows, struct loop_position p[], size_t n)
{
    for (size_t i = 0; i < pg_rows(rows); i++)
        for (size_t j = 0; j < n; j++)
            if (p[j].topic == pg_get_int8(rows, i, 0) && p[j].partition == pg_get_int8(rows, i, 1))
                p[j].next = pg_get_int8(rows, i, 2);
}

enum err loop_store_take_positions(struct pg *pg, const char *cluster, struct loop_position p[], size_t n)
{
    TALLOC_CTX *ctx = mem_context(NULL, "positions");
    struct pg_args *args = pg_args(ctx, &TAKE);
    struct pg_result *rows = NULL;
    for (size_t i = 0; i < n; i++) {
        add_partition(args, cluster, &p[i]);
        pg_add_uuid(args, &p[i].owner);
    }
    enum err err = pg_run(pg, args, &rows);
    if (!err)
        read_taken(rows, p, n);
    mem_free(ctx);
    return err;
}

enum err loop_store_positions(struct pg *pg, TALLOC_CTX *ctx, const char *cluster, struct pg_result **ret_rows)
{
    struct pg_args *args = pg_args(ctx, &READ_ALL);
    pg_add_text(args, cluster);
    return pg_run(pg, args, ret_rows);
}

enum err loop_store_read_position(struct pg *pg, const char *cluster, struct loop_position *p)
{
    TALLOC_CTX *ctx = mem_context(NULL, "position");
    struct pg_args *args = pg_args(ctx, &READ_ONE);
    struct pg_result *row = NULL;
    add_partition(args, cluster, p);
    enum err err = pg_run(pg, args, &row);
    p->next = !err && pg_rows(row) > 0 ? pg_get_int8(row, 0, 0) : 0;
    mem_free(ctx);
    return err;
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
    }
    return pg_queue(pg, args);
}
