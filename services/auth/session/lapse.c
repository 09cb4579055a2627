#include "services/auth/session/lapse.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "services/auth/session/session.h"
#include "services/auth/session/session_end.h"
#include <pthread.h>
#include <stdatomic.h>

enum { TURN_S = 60, WAKE_MS = 200 };

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

/* --- the thread --- */

static struct {
    pthread_t thread;
    struct service *service;
    atomic_bool stopping;
    bool runs;
} lapse;

static bool is_stopping(void)
{
    return atomic_load(&lapse.stopping) || service_stopping(lapse.service);
}

static void rest(void)
{
    for (int ms = 0; ms < TURN_S * 1000 && !is_stopping(); ms += WAKE_MS)
        pause_ms(WAKE_MS);
}

static void *run(void *arg)
{
    TALLOC_CTX *thread_ctx = mem_context(NULL, "lapse");
    struct pg *pg = service_pg(arg, thread_ctx);
    while (!is_stopping()) {
        TALLOC_CTX *ctx = mem_context(thread_ctx, "turn");
        size_t n = 0;
        enum err err = lapse_turn(pg, ctx, clock_now_us(), &n);
        if (err)
            log_warn("lapse_failed", "err=%s", err_word(err));
        else if (n > 0)
            log_info("sessions_lapsed", "n=%zu", n);
        mem_free(ctx);
        if (err || n < LAPSE_AT_ONCE)
            rest();
    }
    mem_free(thread_ctx);
    return NULL;
}

enum err lapse_start(struct service *service)
{
    lapse.service = service;
    atomic_store(&lapse.stopping, false);
    lapse.runs = pthread_create(&lapse.thread, NULL, run, service) == 0;
    return lapse.runs ? ERR_OK : ERR_INTERNAL;
}

void lapse_stop(void)
{
    if (!lapse.runs)
        return;
    atomic_store(&lapse.stopping, true);
    pthread_join(lapse.thread, NULL);
    lapse.runs = false;
}
