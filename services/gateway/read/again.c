#include "services/gateway/read/again.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/fresh.h"
#include "services/gateway/edge/gateway.h"
#include <pthread.h>
#include <sys/queue.h>

#define PAUSE_US INT64_C(50000)
#define LASTS_US CLOCK_SECOND_US

struct waiting { /* a child of its call */
    STAILQ_ENTRY(waiting) entry;
    struct call *call;
    int64_t due_us;
};
STAILQ_HEAD(queue, waiting);

struct again {
    void (*run)(struct call *call);
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    struct queue queue; /* all wait equally long, so the first is due first */
    bool stopping;
};

/* Under the lock. NULL: the first is not due, and `ret_due_us` says when it is; 0: there is none. */
static struct waiting *take_due(struct again *again, int64_t *ret_due_us)
{
    struct waiting *first = STAILQ_FIRST(&again->queue);
    *ret_due_us = first ? first->due_us : 0;
    if (!first || (first->due_us > clock_monotonic_us() && !again->stopping))
        return NULL;
    STAILQ_REMOVE_HEAD(&again->queue, entry);
    return first;
}

static void wait_until(struct again *again, int64_t due_us)
{
    const struct timespec until = {.tv_sec = due_us / CLOCK_SECOND_US,
                                   .tv_nsec = (long)(due_us % CLOCK_SECOND_US) * 1000};
    if (due_us == 0)
        pthread_cond_wait(&again->changed, &again->lock);
    else
        pthread_cond_timedwait(&again->changed, &again->lock, &until);
}

/* The next that is due; NULL: the end, and none waits. */
static struct waiting *next_due(struct again *again)
{
    int64_t due_us;
    struct waiting *waiting;
    pthread_mutex_lock(&again->lock);
    while (!(waiting = take_due(again, &due_us)) && !again->stopping)
        wait_until(again, due_us);
    pthread_mutex_unlock(&again->lock);
    return waiting;
}

static void *run_due(void *arg)
{
    struct again *again = arg;
    for (struct waiting *waiting; (waiting = next_due(again));) {
        struct call *call = waiting->call;
        mem_free(waiting);
        again->run(call);
    }
    return NULL;
}

bool again_later(struct again *again, struct call *call)
{
    int64_t now_us = clock_monotonic_us(), began_us = http_started_us(call->http);
    if (!call->wrote_lately)
        return false;
    if (now_us - began_us >= LASTS_US) {
        fresh_waited(call->gateway->fresh, &call->viewer.session, began_us);
        return false;
    }
    if (!fresh_may_wait(call->gateway->fresh, &call->viewer.session))
        return false;
    struct waiting *waiting = mem_new(call, struct waiting);
    waiting->call = call;
    waiting->due_us = now_us + PAUSE_US;
    pthread_mutex_lock(&again->lock);
    bool taken = !again->stopping;
    if (taken)
        STAILQ_INSERT_TAIL(&again->queue, waiting, entry);
    pthread_cond_signal(&again->changed);
    pthread_mutex_unlock(&again->lock);
    return taken;
}

enum err again_start(TALLOC_CTX *ctx, void (*run)(struct call *call), struct again **ret_again)
{
    struct again *again = mem_new(ctx, struct again);
    pthread_condattr_t monotonic;
    again->run = run;
    STAILQ_INIT(&again->queue);
    pthread_mutex_init(&again->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&again->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&again->thread, NULL, run_due, again) != 0) {
        mem_free(again);
        return ERR_INTERNAL;
    }
    *ret_again = again;
    return ERR_OK;
}

void again_stop(struct again *again)
{
    pthread_mutex_lock(&again->lock);
    again->stopping = true;
    pthread_cond_signal(&again->changed);
    pthread_mutex_unlock(&again->lock);
    (void)pthread_join(again->thread, NULL); /* ours, joined once */
}
