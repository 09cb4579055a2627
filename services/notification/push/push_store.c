#include "services/notification/push/push_store.h"

#include "common/base/mem.h"
#include "services/notification/audience/address_store.h"

static const struct pg_statement INSERT_PUSHES = {
    .name = "insert_pushes",
    .each = true,
    .sql = "INSERT INTO push(notification_id, recipients, expires_at_us, created_at_us, held_until_us, quiet, category,"
           "  by_id, follows_id)"
           " SELECT i.id, coalesce(u.recipients, (SELECT count(*) FROM (" ADDRESS_MEMBERS_THEN
           ") r)), u.expires_at_us, u.created_at_us, u.held_until_us, u.quiet, u.category, u.by_id, u.follows_id"
           " FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int4[], $7::int4[],"
           "  $8::uuid[], $9::uuid[])"
           " AS u(id, recipients, expires_at_us, created_at_us, held_until_us, quiet, category, by_id, follows_id)"
           " JOIN inbox_item i ON i.id = u.id ON CONFLICT (notification_id) DO NOTHING"};

/* Every account that is listed sends to its own devices of the same members. */
static const struct pg_statement INSERT_SHARDS = {
    .name = "insert_shards",
    .each = true,
    .sql = "INSERT INTO push_shard(notification_id, account, shard, from_member, to_member, cursor_member,"
           "  cursor_device, priority, not_before_us, done)"
           " SELECT u.notification_id, a.name, u.shard, u.from_member, u.to_member, u.from_member, '', u.priority,"
           "  u.not_before_us, false"
           " FROM unnest($1::uuid[], $2::int4[], $3::uuid[], $4::uuid[], $5::int4[], $6::int8[])"
           "  AS u(notification_id, shard, from_member, to_member, priority, not_before_us)"
           " CROSS JOIN provider_account a ON CONFLICT (notification_id, account, shard) DO NOTHING"};

static const struct pg_statement END_SHARDS = {
    .name = "end_shards",
    .each = true,
    .sql = "UPDATE push_shard s SET done = true FROM inbox_item i WHERE i.subject_id = ANY($1::uuid[])"
           " AND i.withdrawn_at_us IS NOT NULL"
           " AND s.notification_id = i.id AND NOT s.done"};

static const struct pg_statement SETTLE_WITHDRAWN = {
    /* what is retrying is settled by the sender, which finds nobody addressed any more */
    .name = "settle_withdrawn",
    .each = true,
    .sql =
        "UPDATE push p SET settled_at_us = i.withdrawn_at_us FROM inbox_item i WHERE i.subject_id = ANY($1::uuid[])"
        " AND i.withdrawn_at_us IS NOT NULL AND p.notification_id = i.id AND p.settled_at_us IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM push_delivery d WHERE d.notification_id = i.id AND d.next_at_us IS NOT NULL)"};

/* Of a push that no phone has heard of yet. */
static const struct pg_statement END_OVERTAKEN = {
    .name = "end_overtaken",
    .each = true,
    .sql = "UPDATE push_shard SET done = true WHERE notification_id = ANY($1::uuid[]) AND NOT done"};

static const struct pg_statement SETTLE_OVERTAKEN = {
    .name = "settle_overtaken",
    .each = true,
    .sql =
        "UPDATE push p SET settled_at_us = u.at_us FROM unnest($1::uuid[], $2::int8[]) AS u(id, at_us)"
        " WHERE p.notification_id = u.id AND p.settled_at_us IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM push_delivery d WHERE d.notification_id = u.id AND d.next_at_us IS NOT NULL)"};

struct push_rows {
    struct pg_args *pushes, *shards, *ended, *settled, *overtaken, *settled_overtaken;
};

struct push_rows *push_store_rows(TALLOC_CTX *ctx)
{
    struct push_rows *rows = mem_new(ctx, struct push_rows);
    *rows = (struct push_rows){.pushes = pg_args(ctx, &INSERT_PUSHES),
                               .shards = pg_args(ctx, &INSERT_SHARDS),
                               .ended = pg_args(ctx, &END_SHARDS),
                               .settled = pg_args(ctx, &SETTLE_WITHDRAWN),
                               .overtaken = pg_args(ctx, &END_OVERTAKEN),
                               .settled_overtaken = pg_args(ctx, &SETTLE_OVERTAKEN)};
    return rows;
}

static void add_shards(struct push_rows *rows, const struct push_plan *plan)
{
    size_t n = push_shards(plan->recipients);
    for (size_t i = 0; i < n; i++) {
        struct uuid from = push_shard_start(i, n), to = push_shard_start(i + 1, n);
        pg_add_uuid(rows->shards, &plan->notification);
        pg_add_int4(rows->shards, (int32_t)i);
        pg_add_uuid(rows->shards, &from);
        pg_add_uuid(rows->shards, i + 1 < n ? &to : NULL);
        pg_add_int4(rows->shards, (int32_t)plan->priority);
        pg_add_int8(rows->shards, plan->rings_at_us);
    }
}

void push_store_add(struct push_rows *rows, const struct push_plan *plan)
{
    pg_add_uuid(rows->pushes, &plan->notification);
    pg_add_int8_or_null(rows->pushes, plan->has_recipients, plan->recipients);
    pg_add_int8(rows->pushes, plan->expires_at_us);
    pg_add_int8(rows->pushes, plan->created_at_us);
    pg_add_int8_or_null(rows->pushes, plan->is_held, plan->rings_at_us);
    pg_add_int4(rows->pushes, (int32_t)plan->quiet);
    pg_add_int4(rows->pushes, (int32_t)plan->category);
    pg_add_uuid(rows->pushes, plan->by);
    pg_add_uuid(rows->pushes, plan->follows);
    add_shards(rows, plan);
}

void push_store_add_end(struct push_rows *rows, const struct uuid *subject)
{
    pg_add_uuid(rows->ended, subject);
    pg_add_uuid(rows->settled, subject);
}

void push_store_add_overtaken(struct push_rows *rows, const struct uuid *notification, int64_t at_us)
{
    pg_add_uuid(rows->overtaken, notification);
    pg_add_uuid(rows->settled_overtaken, notification);
    pg_add_int8(rows->settled_overtaken, at_us);
}

/* Pushes go before their shards, and these before they end. */
void push_store_queue(struct push_rows *rows, struct pg *pg)
{
    pg_queue(pg, rows->pushes);
    pg_queue(pg, rows->shards);
    pg_queue(pg, rows->ended);
    pg_queue(pg, rows->settled);
    pg_queue(pg, rows->overtaken);
    pg_queue(pg, rows->settled_overtaken);
}
