#include "services/auth/member/member_names_store.h"

#include "common/base/mem.h"
#include "common/base/name_order.h"

/* Those that a command is changing now are the next turn's. */
static const struct pg_statement UNNAMED = {
    .name = "member_names_missing",
    .sql = "SELECT id, full_name FROM member WHERE name_key = '' ORDER BY id LIMIT $1::int4"
           " FOR NO KEY UPDATE SKIP LOCKED"};
static const struct pg_statement NAME = {
    .name = "member_names_make",
    .each = true,
    .sql = "UPDATE member m SET search_name = u.search_name, name_key = u.name_key"
           " FROM unnest($1::uuid[], $2::text[], $3::text[]) u(id, search_name, name_key) WHERE m.id = u.id"};

static enum err make(struct pg *pg, TALLOC_CTX *ctx, size_t *ret_n)
{
    struct pg_args *unnamed = pg_args(ctx, &UNNAMED), *name = pg_args(ctx, &NAME);
    pg_add_int4(unnamed, MEMBER_NAMES_AT_ONCE);
    struct pg_result *rows = pg_queue(pg, unnamed);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct uuid id = pg_get_uuid(rows, row, 0);
        const char *full_name = pg_get_text(ctx, rows, row, 1);
        pg_add_uuid(name, &id);
        pg_add_text(name, name_order_fold(ctx, full_name));
        pg_add_text(name, name_order_key(ctx, full_name));
    }
    pg_queue(pg, name);
    *ret_n = pg_rows(rows);
    return ERR_OK;
}

enum err member_names_turn(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, size_t *ret_n)
{
    (void)now_us;
    pg_queue_sql(pg, "BEGIN");
    enum err err = make(pg, ctx, ret_n);
    pg_queue_sql(pg, err ? "ROLLBACK" : "COMMIT");
    enum err ended = pg_flush(pg);
    return err ? err : ended;
}
