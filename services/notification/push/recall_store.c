#include "services/notification/push/recall_store.h"

struct recall_rows recall_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid notifications[], size_t n)
{
    static const struct pg_statement LOCK_ITEMS = {
        .name = "lock_recalled_items",
        .sql = "SELECT i.id, i.organization_id, o.path, p.by_id,"
               " CASE WHEN i.withdrawn_at_us IS NULL THEN coalesce(p.held_until_us, 0) ELSE 0 END"
               " FROM inbox_item i JOIN directory_organization o ON o.id = i.organization_id"
               " LEFT JOIN push p ON p.notification_id = i.id"
               " WHERE i.id = ANY($1::uuid[]) ORDER BY i.id FOR UPDATE OF i"};
    /* A shard that has been leased is with a sender, whose first phones may ring any moment. */
    static const struct pg_statement LOCK_SHARDS = {
        .name = "lock_recalled_shards",
        .sql = "SELECT s.notification_id FROM (SELECT notification_id, lease_owner FROM push_shard"
               "  WHERE notification_id = ANY($1::uuid[]) ORDER BY notification_id, account, shard FOR UPDATE) s"
               " WHERE s.lease_owner IS NOT NULL"};
    struct recall_rows rows = {.items = pg_queue_ids(pg, ctx, &LOCK_ITEMS, notifications, n)};
    rows.begun = pg_queue_ids(pg, ctx, &LOCK_SHARDS, notifications, n);
    return rows;
}

void recall_store_read(TALLOC_CTX *ctx, const struct pg_result *items, size_t row, struct recall *ret_recall)
{
    *ret_recall = (struct recall){.notification = pg_get_uuid(items, row, 0),
                                  .issuer.id = pg_get_uuid(items, row, 1),
                                  .has_by = !pg_is_null(items, row, 3),
                                  .by = pg_get_uuid(items, row, 3),
                                  .held_until_us = pg_get_int8(items, row, 4)};
    ret_recall->issuer.path = pg_get_uuids(ctx, items, row, 2, &ret_recall->issuer.n_path);
}

static void queue_at(TALLOC_CTX *ctx, struct pg *pg, const struct pg_statement *statement,
                     const struct uuid notifications[], size_t n, int64_t at_us)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuids(args, notifications, n);
    pg_add_int8(args, at_us);
    pg_queue(pg, args);
}

void recall_store_end(TALLOC_CTX *ctx, struct pg *pg, const struct uuid notifications[], size_t n, int64_t at_us)
{
    static const struct pg_statement WITHDRAW = {
        .name = "recall_items",
        .sql = "UPDATE inbox_item SET withdrawn_at_us = $2::int8 WHERE id = ANY($1::uuid[])"
               " AND withdrawn_at_us IS NULL"};
    static const struct pg_statement END = {
        .name = "recall_shards",
        .sql = "UPDATE push_shard SET done = true WHERE notification_id = ANY($1::uuid[]) AND NOT done"};
    static const struct pg_statement SETTLE = {
        .name = "recall_pushes",
        .sql = "UPDATE push SET settled_at_us = $2::int8, held_until_us = NULL"
               " WHERE notification_id = ANY($1::uuid[]) AND settled_at_us IS NULL"};
    queue_at(ctx, pg, &WITHDRAW, notifications, n, at_us);
    pg_queue_ids(pg, ctx, &END, notifications, n);
    queue_at(ctx, pg, &SETTLE, notifications, n, at_us);
}
