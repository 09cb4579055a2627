#include "common/service/service_worker.h"

#include "common/base/clock.h"
#include "common/base/mem.h"

enum { LOOK_EVERY_MS = 500, AFTER_ERROR_MS = 2000, WAKE_MS = 100 };

bool service_worker_stops(void *worker)
{
    struct service_worker *it = worker;
    return atomic_load(&it->stopping) || service_stopping(it->service);
}

int64_t service_worker_now_us(void *worker)
{
    const struct service_worker *it = worker;
    return service_now_us(it->service);
}

static void rest(struct service_worker *worker, int ms)
{
    for (; ms > 0 && !service_worker_stops(worker); ms -= WAKE_MS)
        pause_ms(WAKE_MS);
}

static void *run(void *arg)
{
    struct service_worker *worker = arg;
    TALLOC_CTX *thread_ctx = mem_context(NULL, worker->name);
    struct pg *pg = service_pg(worker->service, thread_ctx);
    while (!service_worker_stops(worker)) {
        TALLOC_CTX *ctx = mem_context(thread_ctx, "turn");
        bool found = false;
        enum err err = worker->turn(worker, pg, ctx, &found);
        mem_free(ctx);
        if (err || !found)
            rest(worker, err && err != ERR_OWNER_LOST ? AFTER_ERROR_MS : LOOK_EVERY_MS);
    }
    mem_free(thread_ctx);
    return NULL;
}

enum err service_workers_start(struct service *service, struct service_worker workers[], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct service_worker *worker = &workers[i];
        atomic_store(&worker->stopping, false);
        worker->service = service;
        worker->holder = uuid_random();
        worker->runs = pthread_create(&worker->thread, NULL, run, worker) == 0;
        if (!worker->runs) {
            service_workers_stop(workers, n);
            return ERR_INTERNAL;
        }
    }
    return ERR_OK;
}

void service_workers_stop(struct service_worker workers[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        atomic_store(&workers[i].stopping, true);
    for (size_t i = 0; i < n; i++) {
        if (workers[i].runs)
            pthread_join(workers[i].thread, NULL);
        workers[i].runs = false;
    }
}
