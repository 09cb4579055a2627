/* Two rings of jobs under one mutex, of short ones and of slow ones; threads wait on a condition variable. */
#include "common/base/workers.h"
#include "common/base/mem.h"
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { SLOW_SHARE = 8 }; /* of the queue's length */

struct job {
    void (*run)(void *state, void *arg);
    void *arg;
    uint64_t number; /* in the order in which they came */
    bool is_slow;
};

struct ring {
    struct job *jobs;
    size_t room, first, n;
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct ring quick, slow;
    uint64_t n_jobs;
    unsigned slow_under_way, slow_most;
    bool stopping;
    void *(*open)(void *arg);
    void (*close)(void *state);
    void *arg;
    pthread_t *threads;
    unsigned n_threads;
};

static struct job take_first(struct ring *ring)
{
    struct job job = ring->jobs[ring->first];
    ring->first = (ring->first + 1) % ring->room;
    ring->n--;
    return job;
}

/* The ring whose first job is next; NULL: none may be taken now. A pool that stops takes whatever there is. */
static struct ring *next_ring(struct workers *w)
{
    bool may_slow = w->slow.n > 0 && (w->slow_under_way < w->slow_most || w->stopping);
    if (w->quick.n == 0)
        return may_slow ? &w->slow : NULL;
    bool is_older = may_slow && w->slow.jobs[w->slow.first].number < w->quick.jobs[w->quick.first].number;
    return is_older ? &w->slow : &w->quick;
}

/* Waits for a job; false when the pool stops and nothing is left. */
static bool take(struct workers *w, struct job *ret_job)
{
    struct ring *ring;
    pthread_mutex_lock(&w->lock);
    while (!(ring = next_ring(w)) && !w->stopping)
        pthread_cond_wait(&w->wake, &w->lock);
    if (ring) {
        *ret_job = take_first(ring);
        w->slow_under_way += ret_job->is_slow;
    }
    pthread_mutex_unlock(&w->lock);
    return ring != NULL;
}

/* The thread that has done one takes the next slow one itself: nobody else need be woken for it. */
static void done(struct workers *w, const struct job *job)
{
    if (!job->is_slow)
        return;
    pthread_mutex_lock(&w->lock);
    w->slow_under_way--;
    pthread_mutex_unlock(&w->lock);
}

static void *run_thread(void *arg)
{
    struct workers *w = arg;
    struct job job;
    void *state = w->open ? w->open(w->arg) : NULL;
    while (take(w, &job)) {
        job.run(state, job.arg);
        done(w, &job);
    }
    if (w->close)
        w->close(state);
    return NULL;
}

static struct ring ring_new(struct workers *w, size_t room)
{
    return (struct ring){.jobs = mem_array(w, struct job, room), .room = room};
}

enum err workers_start(TALLOC_CTX *ctx, const char *name, unsigned threads, unsigned queue_limit,
                       void *(*open)(void *arg), void (*close)(void *state), void *arg, struct workers **ret_workers)
{
    struct workers *w = mem_new(ctx, struct workers);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    w->quick = ring_new(w, queue_limit);
    w->slow = ring_new(w, (queue_limit + SLOW_SHARE - 1) / SLOW_SHARE);
    w->slow_most = threads > 1 ? threads - 1 : 1;
    w->threads = mem_array(w, pthread_t, threads);
    w->open = open;
    w->close = close;
    w->arg = arg;
    for (; w->n_threads < threads; w->n_threads++) {
        if (pthread_create(&w->threads[w->n_threads], NULL, run_thread, w) != 0) {
            workers_stop(w);
            return ERR_INTERNAL;
        }
        (void)pthread_setname_np(w->threads[w->n_threads], name); /* only for those who look; a long name is refused */
    }
    *ret_workers = w;
    return ERR_OK;
}

static enum err add(struct workers *w, struct ring *ring, struct job job)
{
    pthread_mutex_lock(&w->lock);
    bool full = ring->n == ring->room || w->stopping;
    job.number = w->n_jobs++;
    if (!full)
        ring->jobs[(ring->first + ring->n++) % ring->room] = job;
    pthread_mutex_unlock(&w->lock);
    if (full)
        return ERR_OVERLOADED;
    pthread_cond_signal(&w->wake);
    return ERR_OK;
}

enum err workers_run(struct workers *w, void (*job)(void *state, void *arg), void *arg)
{
    return add(w, &w->quick, (struct job){.run = job, .arg = arg});
}

enum err workers_run_slow(struct workers *w, void (*job)(void *state, void *arg), void *arg)
{
    return add(w, &w->slow, (struct job){.run = job, .arg = arg, .is_slow = true});
}

void workers_stop(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_mutex_unlock(&w->lock);
    pthread_cond_broadcast(&w->wake);
    for (unsigned i = 0; i < w->n_threads; i++)
        pthread_join(w->threads[i], NULL);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    mem_free(w);
}
