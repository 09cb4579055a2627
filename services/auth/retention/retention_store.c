#include "services/auth/retention/retention_store.h"

#include "common/base/array.h"
#include "common/base/clock.h"

/* $1: what is older is over; $2: so many at once. */
#define FORGET(table, key, over)                                                                               \
    "WITH gone AS (DELETE FROM " table " WHERE " key " = ANY (ARRAY(SELECT " key " FROM " table " WHERE " over \
    " LIMIT $2::int8 FOR UPDATE SKIP LOCKED)) RETURNING 1) SELECT count(*) FROM gone"

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
    {45,
     {.name = "forget_imports",
      .sql = "WITH over AS (SELECT id FROM import_job WHERE finished_at_us < $1::int8 LIMIT $2::int8"
             "    FOR UPDATE SKIP LOCKED),"
             " errors AS (DELETE FROM import_error WHERE job_id IN (SELECT id FROM over)),"
             " absent AS (DELETE FROM import_absent WHERE job_id IN (SELECT id FROM over)),"
             " gone AS (DELETE FROM import_job WHERE id IN (SELECT id FROM over) RETURNING 1)"
             " SELECT count(*) FROM gone"}},
    /* What an import that was killed at its very end has left. */
    {0,
     {.name = "forget_staged",
      .sql = FORGET("import_member", "ctid",
                    "$1::int8 > 0 AND NOT EXISTS (SELECT FROM import_job j"
                    " WHERE j.id = import_member.job_id AND j.finished_at_us IS NULL)")}},
};

enum err retention_turn(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, size_t *ret_n)
{
    struct pg_result *gone[ARRAY_LENGTH(RETAINED)];
    pg_queue_sql(pg, "BEGIN");
    for (size_t i = 0; i < ARRAY_LENGTH(RETAINED); i++) {
        struct pg_args *args = pg_args(ctx, &RETAINED[i].forget);
        pg_add_int8(args, now_us - RETAINED[i].days * CLOCK_DAY_US);
        pg_add_int8(args, RETENTION_AT_ONCE);
        gone[i] = pg_queue(pg, args);
    }
    pg_queue_sql(pg, "COMMIT");
    enum err err = pg_flush(pg);
    size_t most = 0;
    for (size_t i = 0; !err && i < ARRAY_LENGTH(RETAINED); i++) {
        size_t n = (size_t)pg_get_int8(gone[i], 0, 0);
        most = n > most ? n : most;
    }
    *ret_n = most;
    return err;
}
