#include "services/analytics/contribution/contribution_store.h"

static const struct pg_statement READ_CONTRIBUTIONS = {
    .name = "analytics_read_contributions",
    .sql = "SELECT contribution_id FROM fact_contribution WHERE contribution_id = ANY($1::uuid[])"};
static const struct pg_statement WRITE_CONTRIBUTIONS = {
    .name = "analytics_write_contributions",
    .each = true,
    .sql = "INSERT INTO fact_contribution(contribution_id, counter, organization_id, month)"
           " SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::int4[])"};

struct pg_result *contribution_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n)
{
    return pg_queue_ids(pg, ctx, &READ_CONTRIBUTIONS, ids, n);
}

struct pg_args *contribution_store_rows(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_CONTRIBUTIONS);
}

void contribution_store_add(struct pg_args *rows, const struct uuid *id, const char *counter, const struct uuid *org,
                            int32_t month)
{
    pg_add_uuid(rows, id);
    pg_add_text(rows, counter);
    pg_add_uuid(rows, org);
    pg_add_int4(rows, month);
}
