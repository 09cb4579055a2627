#include "services/notification/push/retire_store.h"

#include "common/base/mem.h"
#include "services/notification/push/result_store.h"
#include <string.h>

/* Batches that plan pushes read the table: none of them is under way, and none begins, until COMMIT. */
#define BEGIN_ALONE "LOCK TABLE provider_account IN ACCESS EXCLUSIVE MODE"

static const struct pg_statement SELECT_HELD = {
    .name = "select_held",
    .sql = "SELECT coalesce(lease_until > now(), false) FROM provider_account WHERE name = $1::text"};

static const struct pg_statement SELECT_UNFINISHED = {
    .name = "select_unfinished",
    .sql = "SELECT notification_id FROM push_shard WHERE account = $1::text AND NOT done"
           " UNION SELECT notification_id FROM push_delivery WHERE account = $1::text AND next_at_us IS NOT NULL"};

static const struct pg_statement LIST_HEIR = {
    .name = "list_heir",
    .sql = "INSERT INTO provider_account(name, devices)"
           " SELECT $2::text, devices FROM provider_account WHERE name = $1::text ON CONFLICT (name) DO NOTHING"};

static const struct pg_statement MOVE_SHARDS = {
    .name = "move_shards",
    .sql = "UPDATE push_shard s SET account = $2::text, lease_owner = NULL, lease_until = NULL"
           " WHERE s.account = $1::text AND NOT s.done AND NOT EXISTS"
           "  (SELECT 1 FROM push_shard h WHERE h.notification_id = s.notification_id AND h.account = $2::text)"};

static const struct pg_statement MOVE_RETRIES = {
    .name = "move_retries",
    .sql = "UPDATE push_delivery SET account = $2::text WHERE account = $1::text AND next_at_us IS NOT NULL"};

static const struct pg_statement END_SHARDS = {
    .name = "end_account_shards", .sql = "UPDATE push_shard SET done = true WHERE account = $1::text AND NOT done"};

/* Counted under what they are now, and no more under what they were. */
static const struct pg_statement END_RETRIES = {
    .name = "end_account_retries",
    .sql = "WITH old AS (SELECT notification_id, member_id, device_id, status, code FROM push_delivery"
           "  WHERE account = $1::text AND next_at_us IS NOT NULL FOR UPDATE),"
           " ended AS (UPDATE push_delivery d SET status = $2::int4, code = $3::text, at_us = $4::int8,"
           "   next_at_us = NULL FROM old o"
           "  WHERE d.notification_id = o.notification_id AND d.member_id = o.member_id AND d.device_id = o.device_id"
           "  RETURNING d.notification_id, o.status, o.code),"
           " change AS (SELECT notification_id, status, code, -1 AS n FROM ended"
           "  UNION ALL SELECT notification_id, $2::int4, $3::text, 1 FROM ended)"
           " INSERT INTO push_count(notification_id, status, code, n)"
           " SELECT notification_id, status, code, sum(n) FROM change GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
           " ON CONFLICT (notification_id, status, code) DO UPDATE SET n = push_count.n + excluded.n"};

static const struct pg_statement DELETE_ACCOUNT = {.name = "delete_account",
                                                   .sql = "DELETE FROM provider_account WHERE name = $1::text"};

static struct pg_result *queue(TALLOC_CTX *ctx, struct pg *pg, const struct pg_statement *statement,
                               const char *account, const char *heir)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_text(args, account);
    if (heir)
        pg_add_text(args, heir);
    return pg_queue(pg, args);
}

static void queue_end_retries(TALLOC_CTX *ctx, struct pg *pg, const char *account, int64_t at_us)
{
    struct pg_args *args = pg_args(ctx, &END_RETRIES);
    pg_add_text(args, account);
    pg_add_int4(args, PUSH_EXPIRED);
    pg_add_text(args, "ACCOUNT_RETIRED");
    pg_add_int8(args, at_us);
    pg_queue(pg, args);
}

/* What is left of the account goes to its heir, or ends. */
static void queue_unfinished(TALLOC_CTX *ctx, struct pg *pg, const char *account, const char *heir, int64_t at_us)
{
    if (heir) {
        queue(ctx, pg, &LIST_HEIR, account, heir);
        queue(ctx, pg, &MOVE_SHARDS, account, heir);
        queue(ctx, pg, &MOVE_RETRIES, account, heir);
    } else {
        queue_end_retries(ctx, pg, account, at_us);
    }
    queue(ctx, pg, &END_SHARDS, account, NULL);
}

static void queue_settle(TALLOC_CTX *ctx, struct pg *pg, const struct pg_result *unfinished, int64_t at_us)
{
    size_t n = pg_rows(unfinished);
    struct push_shard *shards = mem_array(ctx, struct push_shard, n);
    for (size_t row = 0; row < n; row++)
        shards[row].notification = pg_get_uuid(unfinished, row, 0);
    result_store_settle(ctx, pg, shards, n, 0, at_us);
}

static enum err retire(TALLOC_CTX *ctx, struct pg *pg, const char *account, const char *heir, int64_t at_us)
{
    pg_queue_sql(pg, "BEGIN");
    pg_queue_sql(pg, BEGIN_ALONE);
    const struct pg_result *held = queue(ctx, pg, &SELECT_HELD, account, NULL);
    const struct pg_result *unfinished = queue(ctx, pg, &SELECT_UNFINISHED, account, NULL);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    if (pg_rows(held) == 0)
        return ERR_NOT_FOUND;
    if (pg_get_bool(held, 0, 0) || (heir && strcmp(account, heir) == 0))
        return ERR_WRONG_STATE;
    queue_unfinished(ctx, pg, account, heir, at_us);
    queue_settle(ctx, pg, unfinished, at_us);
    queue(ctx, pg, &DELETE_ACCOUNT, account, NULL);
    pg_queue_sql(pg, "COMMIT");
    return pg_flush(pg);
}

enum err retire_store_account(TALLOC_CTX *ctx, struct pg *pg, const char *account, const char *heir, int64_t at_us)
{
    enum err err = retire(ctx, pg, account, heir, at_us);
    if (err != ERR_NOT_FOUND && err != ERR_WRONG_STATE)
        return err;
    pg_queue_sql(pg, "ROLLBACK");
    enum err rolled_back = pg_flush(pg);
    return rolled_back ? rolled_back : err;
}
