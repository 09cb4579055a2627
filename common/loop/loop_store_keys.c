#include "common/loop/loop_store_keys.h"

static const struct pg_statement MARK = {
    .name = "loop_mark", .sql = "INSERT INTO marked_key(topic, key) SELECT $1::int4, unnest($2::uuid[])"};
static const struct pg_statement READ_MARKING = {
    .name = "loop_read_marking",
    .sql = "SELECT commit_id FROM marked_key WHERE commit_id = txid_current() ORDER BY id LIMIT 1"};
static const struct pg_statement HAS_KEYS = {.name = "loop_has_keys", .sql = "SELECT EXISTS (SELECT FROM marked_key)"};

static const struct pg_statement WRITE_ROWS = {
    .name = "loop_write_key_rows",
    .each = true,
    .sql = "INSERT INTO outbox(cluster, topic, partition, announcement, commit_id)"
           " SELECT * FROM unnest($1::text[], $2::int4[], $3::int4[], $4::bytea[], $5::int8[])"
           " RETURNING topic, partition, id"};
static const struct pg_statement COUNT_UNTOLD = {
    .name = "loop_count_untold",
    .sql = "SELECT (SELECT count(*) FROM marked_key WHERE commit_id < $1::int8)"
           " + (SELECT count(*) FROM outbox_loose WHERE commit_id < $1::int8)"
           " + (SELECT count(*) FROM outbox WHERE commit_id < $1::int8)"};

void loop_store_queue_marks(struct pg *pg, TALLOC_CTX *ctx, int32_t topic, const struct uuid keys[], size_t n)
{
    struct pg_args *args = pg_args(ctx, &MARK);
    pg_add_int4(args, topic);
    pg_add_uuids(args, keys, n);
    pg_queue(pg, args);
}

struct pg_result *loop_store_queue_marking(struct pg *pg, TALLOC_CTX *ctx)
{
    return pg_queue(pg, pg_args(ctx, &READ_MARKING));
}

int64_t loop_store_marking(const struct pg_result *row)
{
    return pg_rows(row) > 0 ? pg_get_int8(row, 0, 0) : 0;
}

struct pg_result *loop_store_queue_has_keys(struct pg *pg, TALLOC_CTX *ctx)
{
    return pg_queue(pg, pg_args(ctx, &HAS_KEYS));
}

struct pg_args *loop_store_key_rows_args(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_ROWS);
}

void loop_store_add_key_row(struct pg_args *args, const char *cluster, const struct loop_position *own,
                            ProtobufCBinaryData announcement, int64_t commit_id)
{
    loop_store_add_outbox(args, cluster, own->topic, own->partition, announcement);
    pg_add_int8(args, commit_id);
}

enum err loop_store_count_untold(struct pg *pg, TALLOC_CTX *ctx, int64_t before_commit, int64_t *ret_n)
{
    struct pg_args *args = pg_args(ctx, &COUNT_UNTOLD);
    struct pg_result *row;
    pg_add_int8(args, before_commit);
    enum err err = pg_run(pg, args, &row);
    if (!err)
        *ret_n = pg_get_int8(row, 0, 0);
    return err;
}
