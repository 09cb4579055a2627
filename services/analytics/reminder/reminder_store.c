#include "services/analytics/reminder/reminder_store.h"

void reminder_store_write(struct pg *pg, TALLOC_CTX *ctx, const struct reminded *reminded)
{
    static const struct pg_statement WRITE = {
        .name = "analytics_write_reminded",
        .sql = "INSERT INTO fact_reminded(notification_id, organization_id, month, at_us)"
               " SELECT $1::uuid, b.id, $3::int4, $4::int8 FROM unnest($2::uuid[]) b(id) ON CONFLICT DO NOTHING"};
    struct pg_args *args = pg_args(ctx, &WRITE);
    pg_add_uuid(args, &reminded->notification);
    pg_add_uuids(args, reminded->branches, reminded->n_branches);
    pg_add_int4(args, reminded->month);
    pg_add_int8(args, reminded->at_us);
    pg_queue(pg, args);
}

void reminder_store_recall(struct pg *pg, TALLOC_CTX *ctx, const struct uuid notifications[], size_t n)
{
    static const struct pg_statement RECALL = {
        .name = "analytics_recall",
        .sql = "INSERT INTO fact_recalled(notification_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING"};
    pg_queue_ids(pg, ctx, &RECALL, notifications, n);
}
