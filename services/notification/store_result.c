/* Results of a chunk, in one transaction: rows, counts, tokens that are gone, the cursor, and whether the push is settled. */
#include "services/notification/store.h"

#include "common/mem.h"

static void queue_rows(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification, const struct push_target targets[], size_t n,
                       int64_t at_us)
{
    /* A row that is settled stays: what became of a device is recorded once. */
    static const struct pg_statement UPSERT_DELIVERIES = {
        .name = "upsert_deliveries",
        .each = true,
        .sql = "INSERT INTO push_delivery(notification_id, member_id, device_id, status, code, attempts, at_us, next_at_us)"
               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int4[], $5::text[], $6::int4[], $7::int8[], $8::int8[])"
               " ON CONFLICT (notification_id, member_id, device_id) DO UPDATE SET status = excluded.status, code = excluded.code,"
               "  attempts = excluded.attempts, at_us = excluded.at_us, next_at_us = excluded.next_at_us WHERE push_delivery.next_at_us IS "
               "NOT NULL"};
    struct pg_args *args = pg_args(ctx, &UPSERT_DELIVERIES);
    for (size_t i = 0; i < n; i++) {
        const struct push_target *target = &targets[i];
        pg_add_uuid(args, notification);
        pg_add_uuid(args, &target->member);
        pg_add_text(args, target->device_id);
        pg_add_int4(args, (int32_t)target->result.status);
        pg_add_text(args, target->result.code);
        pg_add_int4(args, target->attempts + 1);
        pg_add_int8(args, at_us);
        pg_add_int8_or_null(args, target->result.status == PUSH_RETRYING, target->next_at_us);
    }
    pg_queue(pg, args);
}

/* Before the rows change: what was counted as retrying is no more. */
static void queue_uncounted(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification, const struct push_target targets[], size_t n)
{
    static const struct pg_statement UNCOUNT = {
        .name = "uncount_deliveries",
        .each = true,
        .sql = "UPDATE push_count c SET n = c.n - g.n FROM (SELECT d.notification_id, d.status, d.code, count(*) AS n"
               "  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS u(notification_id, member_id, device_id)"
               "  JOIN push_delivery d USING (notification_id, member_id, device_id) WHERE d.next_at_us IS NOT NULL GROUP BY 1, 2, 3) g"
               " WHERE c.notification_id = g.notification_id AND c.status = g.status AND c.code = g.code"};
    struct pg_args *args = pg_args(ctx, &UNCOUNT);
    for (size_t i = 0; i < n; i++) {
        pg_add_uuid(args, notification);
        pg_add_uuid(args, &targets[i].member);
        pg_add_text(args, targets[i].device_id);
    }
    pg_queue(pg, args);
}

static void queue_counted(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification, const struct push_target targets[], size_t n)
{
    static const struct pg_statement COUNT = {
        .name = "count_deliveries",
        .each = true,
        .sql = "INSERT INTO push_count(notification_id, status, code, n)"
               " SELECT notification_id, status, code, count(*) FROM unnest($1::uuid[], $2::int4[], $3::text[]) AS u(notification_id, "
               "status, code)"
               " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
               " ON CONFLICT (notification_id, status, code) DO UPDATE SET n = push_count.n + excluded.n"};
    struct pg_args *args = pg_args(ctx, &COUNT);
    for (size_t i = 0; i < n; i++) {
        pg_add_uuid(args, notification);
        pg_add_int4(args, (int32_t)targets[i].result.status);
        pg_add_text(args, targets[i].result.code);
    }
    pg_queue(pg, args);
}

static void queue_gone(TALLOC_CTX *ctx, struct pg *pg, const struct push_target targets[], size_t n)
{
    static const struct pg_statement FORGET_TOKENS = {
        /* unless it was registered anew meanwhile */
        .name = "forget_tokens",
        .each = true,
        .sql = "UPDATE device d SET dead = true FROM unnest($1::uuid[], $2::text[], $3::text[]) AS u(member_id, device_id, token)"
               " WHERE d.member_id = u.member_id AND d.device_id = u.device_id AND d.token = u.token"};
    struct pg_args *args = pg_args(ctx, &FORGET_TOKENS);
    for (size_t i = 0; i < n; i++) {
        if (!targets[i].result.device_is_gone)
            continue;
        pg_add_uuid(args, &targets[i].member);
        pg_add_text(args, targets[i].device_id);
        pg_add_text(args, targets[i].token);
    }
    pg_queue(pg, args);
}

void store_queue_results(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification, const struct push_target targets[], size_t n,
                         int64_t at_us, bool again)
{
    if (again)
        queue_uncounted(ctx, pg, notification, targets, n);
    queue_rows(ctx, pg, notification, targets, n, at_us);
    queue_counted(ctx, pg, notification, targets, n);
    queue_gone(ctx, pg, targets, n);
}

void store_queue_start(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification, int64_t at_us)
{
    static const struct pg_statement START = {
        .name = "start_push", .sql = "UPDATE push SET started_at_us = $2::int8 WHERE notification_id = $1::uuid AND started_at_us IS NULL"};
    struct pg_args *args = pg_args(ctx, &START);
    pg_add_uuid(args, notification);
    pg_add_int8(args, at_us);
    pg_queue(pg, args);
}

void store_queue_settle(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification, int64_t at_us)
{
    static const struct pg_statement SETTLE = {
        .name = "settle_push",
        .sql = "UPDATE push SET settled_at_us = $2::int8 WHERE notification_id = $1::uuid AND settled_at_us IS NULL"
               " AND NOT EXISTS (SELECT 1 FROM push_shard s WHERE s.notification_id = $1::uuid AND NOT s.done)"
               " AND NOT EXISTS (SELECT 1 FROM push_delivery d WHERE d.notification_id = $1::uuid AND d.next_at_us IS NOT NULL)"};
    struct pg_args *args = pg_args(ctx, &SETTLE);
    pg_add_uuid(args, notification);
    pg_add_int8(args, at_us);
    pg_queue(pg, args);
}

struct pg_result *store_queue_cursor(TALLOC_CTX *ctx, struct pg *pg, const struct push_shard *shard, const char *owner, bool done)
{
    static const struct pg_statement MOVE_CURSOR = {
        .name = "move_cursor",
        .sql = "UPDATE push_shard SET cursor_member = $4::uuid, cursor_device = $5::text, done = $6::bool OR done, lease_until = now() + "
               "interval '60 s'"
               " WHERE notification_id = $1::uuid AND shard = $2::int4 AND lease_owner = $3::text"};
    struct pg_args *args = pg_args(ctx, &MOVE_CURSOR);
    pg_add_uuid(args, &shard->notification);
    pg_add_int4(args, shard->shard);
    pg_add_text(args, owner);
    pg_add_uuid(args, &shard->cursor_member);
    pg_add_text(args, shard->cursor_device);
    pg_add_bool(args, done);
    return pg_queue(pg, args);
}
