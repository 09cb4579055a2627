#include "services/gateway/link/blob_keeper.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/gateway/link/blob_sweep.h"
#include <pthread.h>

#define RECOUNT_EVERY_US CLOCK_MINUTE_US
enum { SWEEP_EVERY = 6 * 60 }; /* recounts */

struct blob_keeper {
    const char *folder;
    struct blob_tally *tally;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    bool stopping;
};

static enum err recount(const struct blob_keeper *keeper)
{
    TALLOC_CTX *ctx = mem_context(NULL, "recount");
    struct blob_found *found;
    size_t n;
    enum err err = blob_sweep_find(ctx, keeper->folder, &found, &n);
    if (!err)
        blob_tally_recount(keeper->tally, found, n);
    mem_free(ctx);
    return err;
}

/* False: it is to stop. */
static bool rest(struct blob_keeper *keeper)
{
    int64_t until_us = clock_monotonic_us() + RECOUNT_EVERY_US;
    const struct timespec until = {.tv_sec = until_us / CLOCK_SECOND_US,
                                   .tv_nsec = (long)(until_us % CLOCK_SECOND_US) * 1000};
    pthread_mutex_lock(&keeper->lock);
    while (!keeper->stopping && clock_monotonic_us() < until_us)
        pthread_cond_timedwait(&keeper->changed, &keeper->lock, &until);
    bool goes_on = !keeper->stopping;
    pthread_mutex_unlock(&keeper->lock);
    return goes_on;
}

static void *keep(void *arg)
{
    struct blob_keeper *keeper = arg;
    for (unsigned turn = 1; rest(keeper); turn++) {
        enum err err = turn % SWEEP_EVERY == 0 ? blob_sweep(keeper->folder, clock_now_us()) : ERR_OK;
        if (!err)
            err = recount(keeper);
        (void)err; /* it was logged, and is tried again */
    }
    return NULL;
}

static void init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

enum err blob_keeper_start(TALLOC_CTX *ctx, const char *folder, struct blob_tally *tally,
                           struct blob_keeper **ret_keeper)
{
    struct blob_keeper *keeper = mem_new(ctx, struct blob_keeper);
    keeper->folder = folder;
    keeper->tally = tally;
    enum err err = blob_sweep(folder, clock_now_us());
    if (!err)
        err = recount(keeper);
    if (err)
        return err;
    pthread_mutex_init(&keeper->lock, NULL);
    init_condition(&keeper->changed);
    if (pthread_create(&keeper->thread, NULL, keep, keeper) != 0)
        return ERR_INTERNAL;
    *ret_keeper = keeper;
    return ERR_OK;
}

void blob_keeper_stop(struct blob_keeper *keeper)
{
    pthread_mutex_lock(&keeper->lock);
    keeper->stopping = true;
    pthread_cond_signal(&keeper->changed);
    pthread_mutex_unlock(&keeper->lock);
    (void)pthread_join(keeper->thread, NULL); /* ours, joined once */
}
