#include "services/notification/push/result_store.h"

static void queue_rows(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account,
                       const struct push_target targets[], size_t n, int64_t at_us)
{
    /* What became of a device is recorded once: a settled row stays, and so does one that has the result of this
     * attempt (of a commit whose answer was lost). A device that came from another account is this one's now, unless it
     * was settled there. Only rows that this statement moves are counted, under what they are now and no more under
     * what they were. */
    static const struct pg_statement RECORD_RESULTS = {
        .name = "record_results",
        .each = true,
        .sql = "WITH said AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int4[], $5::text[],"
               " $6::int4[], $7::int8[], $8::int8[], $9::text[])"
               "  AS u(notification_id, member_id, device_id, status, code, attempts, at_us, next_at_us, account)),"
               " old AS (SELECT d.notification_id, d.member_id, d.device_id, d.status, d.code FROM said"
               "  JOIN push_delivery d USING (notification_id, member_id, device_id)),"
               " moved AS (INSERT INTO push_delivery(notification_id, member_id, device_id, status, code, attempts,"
               " at_us, next_at_us, account)"
               "  SELECT * FROM said ON CONFLICT (notification_id, member_id, device_id) DO UPDATE"
               " SET status = excluded.status,"
               "  code = excluded.code, attempts = excluded.attempts, at_us = excluded.at_us,"
               " next_at_us = excluded.next_at_us, account = excluded.account"
               "  WHERE push_delivery.next_at_us IS NOT NULL"
               "  AND (push_delivery.attempts < excluded.attempts OR push_delivery.account <> excluded.account)"
               "  RETURNING notification_id, member_id, device_id, status, code),"
               " change AS (SELECT notification_id, status, code, 1 AS n FROM moved UNION ALL"
               "  SELECT notification_id, o.status, o.code, -1 FROM moved"
               " JOIN old o USING (notification_id, member_id, device_id))"
               " INSERT INTO push_count(notification_id, status, code, n)"
               " SELECT notification_id, status, code, sum(n) FROM change"
               "  GROUP BY 1, 2, 3 HAVING sum(n) <> 0 ORDER BY 1, 2, 3"
               "  ON CONFLICT (notification_id, status, code) DO UPDATE SET n = push_count.n + excluded.n"};
    struct pg_args *args = pg_args(ctx, &RECORD_RESULTS);
    for (size_t i = 0; i < n; i++) {
        const struct push_target *target = &targets[i];
        pg_add_uuid(args, &target->shard->notification);
        pg_add_uuid(args, &target->member);
        pg_add_text(args, target->device_id);
        pg_add_int4(args, (int32_t)target->result.status);
        pg_add_text(args, target->result.code);
        pg_add_int4(args, target->attempts + 1);
        pg_add_int8(args, at_us);
        pg_add_int8_or_null(args, target->result.status == PUSH_RETRYING, target->next_at_us);
        pg_add_text(args, account->name);
    }
    pg_queue(pg, args);
}

static void queue_gone(TALLOC_CTX *ctx, struct pg *pg, const struct push_target targets[], size_t n)
{
    static const struct pg_statement FORGET_TOKENS = {
        /* unless it was registered anew meanwhile */
        .name = "forget_tokens",
        .each = true,
        .sql = "UPDATE device d SET dead = true FROM unnest($1::uuid[], $2::text[], $3::text[])"
               " AS u(member_id, device_id, token)"
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

void result_store_add(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account,
                      const struct push_target targets[], size_t n, int64_t at_us)
{
    queue_rows(ctx, pg, account, targets, n, at_us);
    queue_gone(ctx, pg, targets, n);
}

struct pg_result *result_store_move(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account,
                                    const struct push_shard shards[], size_t n)
{
    static const struct pg_statement MOVE_CURSORS = {
        .name = "move_cursors",
        .each = true,
        .sql = "UPDATE push_shard s SET cursor_member = u.member, cursor_device = u.device, done = u.done OR s.done,"
               "  lease_until = now() + interval '60 s'"
               " FROM unnest($1::uuid[], $2::text[], $3::int4[], $4::text[], $5::uuid[], $6::text[], $7::bool[])"
               "  AS u(notification_id, account, shard, owner, member, device, done)"
               " WHERE s.notification_id = u.notification_id AND s.account = u.account AND s.shard = u.shard"
               "  AND s.lease_owner = u.owner"};
    struct pg_args *args = pg_args(ctx, &MOVE_CURSORS);
    for (size_t i = 0; i < n; i++) {
        pg_add_uuid(args, &shards[i].notification);
        pg_add_text(args, account->name);
        pg_add_int4(args, shards[i].shard);
        pg_add_text(args, account->owner);
        pg_add_uuid(args, &shards[i].cursor_member);
        pg_add_text(args, shards[i].cursor_device);
        pg_add_bool(args, shards[i].done);
    }
    return pg_queue(pg, args);
}

static const struct pg_statement LOCK_PUSHES = {
    .name = "lock_pushes",
    .each = true,
    .sql = "SELECT 1 FROM push WHERE notification_id = ANY($1::uuid[]) ORDER BY notification_id FOR UPDATE"};

/* A statement of its own: it sees what was committed before the lock was had. */
static const struct pg_statement SETTLE = {
    .name = "settle_pushes",
    .each = true,
    .sql = "UPDATE push p SET started_at_us = coalesce(p.started_at_us, u.started_at_us), settled_at_us ="
           "  CASE WHEN u.is_settled THEN coalesce(p.settled_at_us, u.at_us) ELSE p.settled_at_us END"
           " FROM (SELECT id, started_at_us, at_us,"
           "   NOT EXISTS (SELECT 1 FROM push_shard s WHERE s.notification_id = id AND NOT s.done)"
           "   AND NOT EXISTS (SELECT 1 FROM push_delivery d WHERE d.notification_id = id AND d.next_at_us IS NOT NULL)"
           "   AS is_settled FROM unnest($1::uuid[], $2::int8[], $3::int8[]) AS u(id, started_at_us, at_us)) u"
           " WHERE p.notification_id = u.id"
           "  AND (p.started_at_us IS NULL OR p.settled_at_us IS NULL AND u.is_settled)"};

void result_store_settle(TALLOC_CTX *ctx, struct pg *pg, const struct push_shard shards[], size_t n,
                         int64_t started_at_us, int64_t at_us)
{
    struct pg_args *locked = pg_args(ctx, &LOCK_PUSHES), *settled = pg_args(ctx, &SETTLE);
    for (size_t i = 0; i < n; i++) {
        pg_add_uuid(locked, &shards[i].notification);
        pg_add_uuid(settled, &shards[i].notification);
        pg_add_time_or_null(settled, started_at_us);
        pg_add_int8(settled, at_us);
    }
    pg_queue(pg, locked);
    pg_queue(pg, settled);
}
