#include "services/auth/export/export_store.h"

static const struct pg_statement PUT = {.name = "export_put",
                                        .each = true,
                                        .sql = "INSERT INTO own_export (id, member_id, expires_at_us)"
                                               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int8[])"};
static const struct pg_statement FIND = {
    .name = "export_find",
    .sql = "SELECT expires_at_us FROM own_export WHERE id = $1::uuid AND member_id = $2::uuid"
           " AND expires_at_us > $3::int8"};

struct pg_args *export_store_put(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &PUT);
}

void export_store_put_add(struct pg_args *args, const struct own_export *export)
{
    pg_add_uuid(args, &export->id);
    pg_add_uuid(args, &export->member);
    pg_add_int8(args, export->expires_at_us);
}

enum err export_store_find(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, struct own_export *export, bool *ret_found)
{
    struct pg_args *args = pg_args(ctx, &FIND);
    pg_add_uuid(args, &export->id);
    pg_add_uuid(args, &export->member);
    pg_add_int8(args, now_us);
    const struct pg_result *r = pg_queue(pg, args);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    *ret_found = pg_rows(r) == 1;
    if (*ret_found)
        export->expires_at_us = pg_get_int8(r, 0, 0);
    return ERR_OK;
}
