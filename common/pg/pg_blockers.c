/* Who holds the lock that a flush waits for. The waiting connection cannot ask: another one does, for this once, while
 * the wait goes on, as PostgreSQL knows it no longer afterwards. */
#include "common/pg/pg_internal.h"

#include "common/base/log.h"
#include "common/base/mem.h"

enum { ASK_MS = 1000 };

/* Of another role's session, state and statement are hidden; who it is is not. */
static const struct pg_statement READ_BLOCKERS = {
    .name = "pg_read_blockers",
    .sql = "SELECT string_agg(b.words, ' and ') FROM (SELECT format('pid %s (%s, %s, %s)', pid,"
           " coalesce(nullif(application_name, ''), 'no application name'), usename,"
           " coalesce(state || ' for ' || extract(epoch FROM clock_timestamp() - state_change)::int8 || ' s: ' ||"
           " left(query, 60), 'state hidden from us')) AS words FROM pg_stat_activity"
           " WHERE pid = ANY(pg_blocking_pids($1::int4)) ORDER BY pid LIMIT 2) b"};

void pg_ask_blockers(struct pg *pg)
{
    TALLOC_CTX *ctx = mem_context(NULL, "pg_blockers");
    struct pg *asker = pg_new(ctx, pg->conninfo, pg->password, ASK_MS);
    struct pg_args *args = pg_args(ctx, &READ_BLOCKERS);
    struct pg_result *row = NULL;
    pg_add_int4(args, PQbackendPID(pg->conn));
    enum err err = pg_run(asker, args, &row);
    const char *words = err ? NULL : pg_get_text(ctx, row, 0, 0);
    pg_keep_text(pg->blockers, sizeof pg->blockers, words);
    if (err)
        log_debug("pg_blockers_unknown", "detail=\"%s\"", pg_message(asker));
    mem_free(ctx);
}
