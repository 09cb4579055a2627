#include "services/notification/audience/address_store.h"

void address_store_add(TALLOC_CTX *ctx, struct pg_args *args, const struct address *address)
{
    audience_store_add(ctx, args, &address->audience);
    pg_add_uuid(args, address->has_within ? &address->within : NULL);
}

void address_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column,
                        struct address *ret_address)
{
    int within = column + AUDIENCE_N_COLUMNS;
    *ret_address = (struct address){.has_within = !pg_is_null(rows, row, within),
                                    .within = pg_get_uuid(rows, row, within)};
    audience_store_read(ctx, rows, row, column, &ret_address->audience);
}

struct pg_args *address_store_recipients(TALLOC_CTX *ctx)
{
    static const struct pg_statement COUNT_RECIPIENTS = {
        .name = "count_recipients",
        .each = true,
        .sql = "SELECT i.key, (SELECT count(*) FROM (" ADDRESS_MEMBERS_THEN ") r)"
               " FROM (SELECT key, " ADDRESS_COLUMNS_CAST ", created_at_us"
               "  FROM unnest($1::uuid[], $2::text[], $3::bool[], $4::text[], $5::text[], $6::uuid[], $7::int8[])"
               "  AS u(key, " ADDRESS_COLUMNS ", created_at_us)) AS i(key, " ADDRESS_COLUMNS ", created_at_us)"};
    return pg_args(ctx, &COUNT_RECIPIENTS);
}

void address_store_add_recipients(TALLOC_CTX *ctx, struct pg_args *args, const struct uuid *key,
                                  const struct address *address, int64_t at_us)
{
    pg_add_uuid(args, key);
    address_store_add(ctx, args, address);
    pg_add_int8(args, at_us);
}
