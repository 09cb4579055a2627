#include "services/notification/audience/audience_store.h"

void audience_store_add(TALLOC_CTX *ctx, struct pg_args *args, const struct audience *audience)
{
    pg_add_text(args, pg_uuids_text(ctx, audience->organizations, audience->n_organizations));
    pg_add_bool(args, audience->subtree);
    pg_add_text(args, pg_int4s_text(ctx, audience->roles, audience->n_roles));
    pg_add_text(args, pg_uuids_text(ctx, audience->members, audience->n_members));
    pg_add_uuid(args, audience->has_within ? &audience->within : NULL);
}

void audience_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column,
                         struct audience *ret_audience)
{
    struct audience audience = {.subtree = pg_get_bool(rows, row, column + 1),
                                .has_within = !pg_is_null(rows, row, column + 4),
                                .within = pg_get_uuid(rows, row, column + 4)};
    audience.organizations = pg_get_uuids(ctx, rows, row, column, &audience.n_organizations);
    audience.roles = pg_get_int4s(ctx, rows, row, column + 2, &audience.n_roles);
    audience.members = pg_get_uuids(ctx, rows, row, column + 3, &audience.n_members);
    *ret_audience = audience;
}

struct pg_args *audience_store_recipients(TALLOC_CTX *ctx)
{
    static const struct pg_statement COUNT_RECIPIENTS = {
        .name = "count_recipients",
        .each = true,
        .sql = "SELECT i.key, (SELECT count(*) FROM (" AUDIENCE_MEMBERS_THEN ") r)"
               " FROM (SELECT key, " AUDIENCE_COLUMNS_CAST ", created_at_us"
               "  FROM unnest($1::uuid[], $2::text[], $3::bool[], $4::text[], $5::text[], $6::uuid[], $7::int8[])"
               "  AS u(key, " AUDIENCE_COLUMNS ", created_at_us)) AS i(key, " AUDIENCE_COLUMNS ", created_at_us)"};
    return pg_args(ctx, &COUNT_RECIPIENTS);
}

void audience_store_add_recipients(TALLOC_CTX *ctx, struct pg_args *args, const struct uuid *key,
                                   const struct audience *audience, int64_t at_us)
{
    pg_add_uuid(args, key);
    audience_store_add(ctx, args, audience);
    pg_add_int8(args, at_us);
}
