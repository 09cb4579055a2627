#include "services/auth/publish/ids.h"

void ids_add_rows(TALLOC_CTX *ctx, struct ids *ids, const struct pg_result *result)
{
    array_reserve(ctx, ids, pg_rows(result));
    for (size_t i = 0; i < pg_rows(result); i++)
        ids->items[ids->n++] = pg_get_uuid(result, i, 0);
}

enum err ids_run(struct pg *pg, TALLOC_CTX *ctx, struct pg_args *args, struct ids *ret_ids)
{
    struct pg_result *result;
    enum err err = pg_run(pg, args, &result);
    if (err)
        return err;
    *ret_ids = (struct ids){0};
    ids_add_rows(ctx, ret_ids, result);
    return ERR_OK;
}

enum err ids_run_after(struct pg *pg, TALLOC_CTX *ctx, const struct pg_statement *statement, const struct uuid *after,
                       int limit, struct ids *ret_ids)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuid(args, after);
    pg_add_int4(args, limit);
    return ids_run(pg, ctx, args, ret_ids);
}

struct pg_result *ids_queue(struct pg *pg, TALLOC_CTX *ctx, const struct pg_statement *statement,
                            const struct uuid *ids, size_t n)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuids(args, ids, n);
    return pg_queue(pg, args);
}
