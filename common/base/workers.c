/* A ring of jobs under one mutex; threads wait on a condition variable. */
#include "common/base/workers.h"
#include "common/base/mem.h"
#include <pthread.h>
#include <stdbool.h>

struct job {
    void (*run)(void *state, void *arg);
    void *arg;
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct job *ring;
    size_t room, first, n;
    bool stopping;
    void *(*open)(void *arg);
    void (*close)(void *state);
    void *arg;
    pthread_t *threads;
    unsigned n_threads;
};

/* Waits for a job; false when the pool stops and nothing is left. */
static bool take(struct workers *w, struct job *ret_job)
{
    pthread_mutex_lock(&w->lock);
    while (w->n == 0 && !w->stopping)
        pthread_cond_wait(&w->wake, &w->lock);
    bool some = w->n > 0;
    if (some) {
        *ret_job = w->ring[w->first];
        w->first = (w->first + 1) % w->room;
        w->n--;
    }
    pthread_mutex_unlock(&w->lock);
    return some;
}

static void *run_thread(void *arg)
{
    struct workers *w = arg;
    struct job job;
    void *state = w->open ? w->open(w->arg) : NULL;
    while (take(w, &job))
        job.run(state, job.arg);
    if (w->close)
        w->close(state);
    return NULL;
}

enum err workers_start(TALLOC_CTX *ctx, const char *name, unsigned threads, unsigned queue_limit,
                       void *(*open)(void *arg), void (*close)(void *state), void *arg, struct workers **ret_workers)
{
    struct workers *w = mem_new(ctx, struct workers);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    w->room = queue_limit;
    w->ring = mem_array(w, struct job, queue_limit);
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

enum err workers_run(struct workers *w, void (*job)(void *state, void *arg), void *arg)
{
    pthread_mutex_lock(&w->lock);
    bool full = w->n == w->room || w->stopping;
    if (!full) {
        w->ring[(w->first + w->n) % w->room] = (struct job){.run = job, .arg = arg};
        w->n++;
    }
    pthread_mutex_unlock(&w->lock);
    if (full)
        return ERR_OVERLOADED;
    pthread_cond_signal(&w->wake);
    return ERR_OK;
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
