#include "services/auth/upkeep.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "services/auth/member/member_names_store.h"
#include "services/auth/retention/retention_store.h"
#include "services/auth/session/lapse.h"
#include <pthread.h>
#include <stdatomic.h>

enum { WAKE_MS = 200 };

/* Each takes at most `at_once` in a turn: so many, and another turn is due at once. */
struct chore {
    const char *name;
    enum err (*turn)(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, size_t *ret_n);
    size_t at_once;
    int64_t every_us;
};
static const struct chore CHORES[] = {
    {"sessions_lapse", lapse_turn, LAPSE_AT_ONCE, CLOCK_MINUTE_US},
    {"retention", retention_turn, RETENTION_AT_ONCE, CLOCK_HOUR_US},
    {"names", member_names_turn, MEMBER_NAMES_AT_ONCE, CLOCK_HOUR_US},
};

static struct {
    pthread_t thread;
    struct service *service;
    atomic_bool stopping;
    bool runs;
    int64_t due_us[ARRAY_LENGTH(CHORES)]; /* by the monotonic clock */
} upkeep;

static bool is_stopping(void)
{
    return atomic_load(&upkeep.stopping) || service_stopping(upkeep.service);
}

static void do_chore(const struct chore *chore, struct pg *pg, TALLOC_CTX *thread_ctx, int64_t *due_us)
{
    TALLOC_CTX *ctx = mem_context(thread_ctx, "turn");
    size_t n = 0;
    enum err err = chore->turn(pg, ctx, clock_now_us(), &n);
    if (err)
        log_warn("upkeep_failed", "chore=%s err=%s", chore->name, err_word(err));
    else if (n > 0)
        log_info("upkeep", "chore=%s n=%zu", chore->name, n);
    mem_free(ctx);
    if (err || n < chore->at_once)
        *due_us = clock_monotonic_us() + chore->every_us;
}

static void *run(void *arg)
{
    TALLOC_CTX *thread_ctx = mem_context(NULL, "upkeep");
    struct pg *pg = service_pg(arg, thread_ctx);
    for (; !is_stopping(); pause_ms(WAKE_MS))
        for (size_t i = 0; i < ARRAY_LENGTH(CHORES) && !is_stopping(); i++)
            if (clock_monotonic_us() >= upkeep.due_us[i])
                do_chore(&CHORES[i], pg, thread_ctx, &upkeep.due_us[i]);
    mem_free(thread_ctx);
    return NULL;
}

enum err upkeep_start(struct service *service)
{
    upkeep.service = service;
    atomic_store(&upkeep.stopping, false);
    upkeep.runs = pthread_create(&upkeep.thread, NULL, run, service) == 0;
    return upkeep.runs ? ERR_OK : ERR_INTERNAL;
}

void upkeep_stop(void)
{
    if (!upkeep.runs)
        return;
    atomic_store(&upkeep.stopping, true);
    pthread_join(upkeep.thread, NULL);
    upkeep.runs = false;
}
