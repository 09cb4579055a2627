#include "services/notification/inbox/digest_store.h"

struct pg_result *digest_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *keys, size_t n)
{
    static const struct pg_statement LOCK_DIGESTS = {
        .name = "lock_digests",
        .each = true,
        .sql = "SELECT d.key, d.item_id, (SELECT i.facts FROM inbox_item i"
               " WHERE i.id = d.item_id), d.opened_at_us, d.is_read, d.rings,"
               "  d.rings_at_us FROM digest d WHERE d.key = ANY($1::uuid[]) ORDER BY d.key FOR UPDATE"};
    struct pg_args *args = pg_args(ctx, &LOCK_DIGESTS);
    for (size_t i = 0; i < n; i++)
        pg_add_uuid(args, &keys[i]);
    return pg_queue(pg, args);
}

void digest_store_read(const struct pg_result *rows, size_t row, struct digest *ret_digest)
{
    *ret_digest = (struct digest){.key = pg_get_uuid(rows, row, 0),
                                  .item = pg_get_uuid(rows, row, 1),
                                  .facts = (int32_t)pg_get_int8(rows, row, 2),
                                  .opened_at_us = pg_get_int8(rows, row, 3),
                                  .is_read = pg_get_bool(rows, row, 4),
                                  .rings = pg_get_bool(rows, row, 5),
                                  .rings_at_us = pg_get_int8(rows, row, 6)};
}

void digest_store_close(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *items, size_t n)
{
    static const struct pg_statement CLOSE_DIGESTS = {
        .name = "close_digests",
        .each = true,
        .sql = "UPDATE digest d SET is_read = true FROM (SELECT key FROM digest WHERE item_id = ANY($1::uuid[])"
               " AND NOT is_read"
               "  ORDER BY key FOR UPDATE) r WHERE d.key = r.key"};
    struct pg_args *args = pg_args(ctx, &CLOSE_DIGESTS);
    for (size_t i = 0; i < n; i++)
        pg_add_uuid(args, &items[i]);
    pg_queue(pg, args);
}

struct pg_args *digest_store_rows(TALLOC_CTX *ctx)
{
    static const struct pg_statement UPSERT_DIGESTS = {
        .name = "upsert_digests",
        .each = true,
        .sql = "INSERT INTO digest(key, item_id, opened_at_us, is_read, rings, rings_at_us)"
               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int8[], $4::bool[], $5::bool[], $6::int8[])"
               " ON CONFLICT (key) DO UPDATE SET item_id = excluded.item_id, opened_at_us = excluded.opened_at_us,"
               "  is_read = excluded.is_read, rings = excluded.rings, rings_at_us = excluded.rings_at_us"};
    return pg_args(ctx, &UPSERT_DIGESTS);
}

void digest_store_add(struct pg_args *rows, const struct digest *digest)
{
    pg_add_uuid(rows, &digest->key);
    pg_add_uuid(rows, &digest->item);
    pg_add_int8(rows, digest->opened_at_us);
    pg_add_bool(rows, digest->is_read);
    pg_add_bool(rows, digest->rings);
    pg_add_int8(rows, digest->rings_at_us);
}
