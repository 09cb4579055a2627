#include "services/auth/publish/turn_store.h"

#include "common/base/log.h"

static const struct pg_statement TAKE = {.name = "turn_take", .sql = "SELECT pg_try_advisory_lock(7363827104)"};
static const struct pg_statement GIVE_BACK = {.name = "turn_give_back", .sql = "SELECT pg_advisory_unlock_all()"};

enum err turn_store_take(struct pg *pg, TALLOC_CTX *ctx)
{
    struct pg_result *row = NULL;
    enum err err = pg_run(pg, pg_args(ctx, &TAKE), &row);
    return !err && !pg_get_bool(row, 0, 0) ? ERR_OWNER_LOST : err;
}

/* Where this fails the connection is gone, and the turn with it: nothing is left to do. */
void turn_store_give_back(struct pg *pg, TALLOC_CTX *ctx)
{
    struct pg_result *ignored = NULL;
    if (pg_run(pg, pg_args(ctx, &GIVE_BACK), &ignored) != ERR_OK)
        log_debug("turn_given_back", "detail=\"%s\"", pg_message(pg));
}
