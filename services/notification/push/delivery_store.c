#include "services/notification/push/delivery_store.h"

static struct pg_result *queue_by_notification(TALLOC_CTX *ctx, struct pg *pg, const struct pg_statement *statement,
                                               const struct uuid *notification)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuid(args, notification);
    return pg_queue(pg, args);
}

struct pg_result *delivery_store_push(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification)
{
    static const struct pg_statement SELECT_PUSH = {
        .name = "select_push",
        .sql = "SELECT coalesce(p.recipients, 0), p.started_at_us, p.settled_at_us, i.organization_id, o.path,"
               " CASE WHEN p.settled_at_us IS NULL THEN p.held_until_us END"
               " FROM inbox_item i JOIN directory_organization o ON o.id = i.organization_id LEFT"
               " JOIN push p ON p.notification_id = i.id"
               " WHERE i.id = $1::uuid"};
    return queue_by_notification(ctx, pg, &SELECT_PUSH, notification);
}

struct pg_result *delivery_store_counts(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification)
{
    static const struct pg_statement SELECT_COUNTS = {
        .name = "select_counts",
        .sql =
            "SELECT status, code, n FROM push_count WHERE notification_id = $1::uuid AND n > 0 ORDER BY status, code"};
    return queue_by_notification(ctx, pg, &SELECT_COUNTS, notification);
}
