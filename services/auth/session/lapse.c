#include "services/auth/session/lapse.h"

#include "services/auth/session/session.h"
#include "services/auth/session/session_end.h"

static enum err end_all(struct pg *pg, TALLOC_CTX *ctx, const struct ids *sessions, int64_t now_us)
{
    struct uuid cause = uuid_random_at(now_us);
    struct loop_outbox *outbox = loop_outbox_new(ctx, &cause, now_us);
    const struct session_ending ending = {.sessions = sessions->items, .n_sessions = sessions->n, .now_us = now_us};
    enum err err = session_end(pg, ctx, &ending, outbox);
    if (!err)
        loop_outbox_queue(outbox, pg);
    return err;
}

enum err lapse_turn(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, size_t *ret_n)
{
    struct ids sessions = {0};
    pg_queue_sql(pg, "BEGIN");
    enum err err = session_store_lapsed(pg, ctx, now_us - SESSION_IDLE_US, LAPSE_AT_ONCE, &sessions);
    if (!err && sessions.n > 0)
        err = end_all(pg, ctx, &sessions, now_us);
    pg_queue_sql(pg, err ? "ROLLBACK" : "COMMIT");
    enum err ended = pg_flush(pg);
    *ret_n = sessions.n;
    return err ? err : ended;
}
