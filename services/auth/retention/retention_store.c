#include "services/auth/retention/retention_store.h"

#include "common/base/array.h"
#include "common/base/clock.h"

/* $1: what is older is over; $2: so many at once. */
#define FORGET(table, key, over)                                                                               \
    "WITH gone AS (DELETE FROM " table " WHERE " key " = ANY (ARRAY(SELECT " key " FROM " table " WHERE " over \
    " LIMIT $2::int8 FOR UPDATE SKIP LOCKED)) RETURNING 1) SELECT count(*) FROM gone"

/* Of an import that ended long ago. */
#define OF_OVER(table) "EXISTS (SELECT FROM import_job j WHERE j.id = " table ".job_id AND j.finished_at_us < $1::int8)"

struct retained {
    int days; /* after the time that its SQL looks at */
    struct pg_statement forget;
};
static const struct retained RETAINED[] = {
    {730, {.name = "forget_looks", .sql = FORGET("look", "ctid", "at_us < $1::int8")}},
    {0, {.name = "forget_exports", .sql = FORGET("own_export", "id", "expires_at_us < $1::int8")}},
    {1, {.name = "forget_link_codes", .sql = FORGET("link_code", "member_id", "expires_at_us < $1::int8")}},
    {2, {.name = "forget_attempts", .sql = FORGET("login_throttle", "subject", "last_at_us < $1::int8")}},
    {365, {.name = "forget_letters", .sql = FORGET("activation_code", "member_id", "expires_at_us < $1::int8")}},
    {365, {.name = "forget_recoveries", .sql = FORGET("recovery", "id", "expires_at_us < $1::int8")}},
    /* Longer than an event says that they ended. */
    {120,
     {.name = "forget_sessions",
      .sql = "WITH over AS (SELECT id FROM session WHERE ended_at_us < $1::int8 LIMIT $2::int8 FOR UPDATE SKIP LOCKED),"
             " tokens AS (DELETE FROM refresh_token WHERE session_id IN (SELECT id FROM over)),"
             " gone AS (DELETE FROM session WHERE id IN (SELECT id FROM over) RETURNING 1) SELECT count(*) FROM gone"}},
    /* What belongs to an import goes before it. */
    {45, {.name = "forget_import_errors", .sql = FORGET("import_error", "ctid", OF_OVER("import_error"))}},
    {45, {.name = "forget_import_absent", .sql = FORGET("import_absent", "ctid", OF_OVER("import_absent"))}},
    {45,
     {.name = "forget_imports",
      .sql = FORGET(
          "import_job", "id",
          "finished_at_us < $1::int8 AND NOT EXISTS (SELECT FROM import_error e WHERE e.job_id = import_job.id)"
          " AND NOT EXISTS (SELECT FROM import_absent a WHERE a.job_id = import_job.id)")}},
    /* What an import that was killed at its very end has left. */
    {0,
     {.name = "forget_staged",
      .sql = FORGET("import_member", "ctid",
                    "$1::int8 > 0 AND NOT EXISTS (SELECT FROM import_job j"
                    " WHERE j.id = import_member.job_id AND j.finished_at_us IS NULL)")}},
};

static enum err forget(struct pg *pg, TALLOC_CTX *ctx, const struct retained *retained, int64_t now_us, size_t *ret_n)
{
    struct pg_args *args = pg_args(ctx, &retained->forget);
    struct pg_result *gone;
    pg_add_int8(args, now_us - retained->days * CLOCK_DAY_US);
    pg_add_int8(args, RETENTION_AT_ONCE);
    enum err err = pg_run(pg, args, &gone);
    if (!err)
        *ret_n = (size_t)pg_get_int8(gone, 0, 0);
    return err;
}

enum err retention_turn(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, size_t *ret_n)
{
    enum err first = ERR_OK;
    *ret_n = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(RETAINED); i++) {
        size_t n = 0;
        enum err err = forget(pg, ctx, &RETAINED[i], now_us, &n);
        *ret_n = n > *ret_n ? n : *ret_n;
        first = first ? first : err;
    }
    return first;
}
