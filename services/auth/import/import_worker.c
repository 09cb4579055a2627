#include "services/auth/import/import_worker.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "services/auth/import/import.h"
#include <pthread.h>
#include <stdatomic.h>

enum { LOOK_EVERY_MS = 500, AFTER_ERROR_MS = 2000, WAKE_MS = 100 };

struct import_config import_config;

struct worker {
    pthread_t thread;
    struct service *service;
    struct uuid holder;
    bool previews, runs;
};
static struct worker workers[2];
static atomic_bool stopping;

static bool is_stopping(void *service)
{
    return atomic_load(&stopping) || service_stopping(service);
}

static void rest(const struct worker *worker, int ms)
{
    for (; ms > 0 && !is_stopping(worker->service); ms -= WAKE_MS)
        pause_ms(WAKE_MS);
}

/* Whatever became of it stands in the job's row. */
static enum err run_job(const struct worker *worker, struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id)
{
    const struct import_options options = {.pg = pg,
                                           .holder = worker->holder,
                                           .blob_dir = import_config.blob_dir,
                                           .now_us = service_now_us(worker->service),
                                           .stops = is_stopping,
                                           .arg = worker->service};
    struct import_job job;
    enum err err = import_run(ctx, id, &options, &job);
    if (job.finished_at_us)
        log_info("roster_imported", "preview=%d rows=%lld created=%lld updated=%lld rejected=%lld problem=%s",
                 job.preview, (long long)job.rows, (long long)job.created, (long long)job.updated,
                 (long long)job.rejected, job.problem ? job.problem : "");
    return job.finished_at_us ? ERR_OK : err;
}

static enum err turn(const struct worker *worker, struct pg *pg, TALLOC_CTX *ctx, bool *ret_found)
{
    struct uuid id;
    enum err err = import_store_next(pg, ctx, worker->previews, &id, ret_found);
    return !err && *ret_found ? run_job(worker, pg, ctx, &id) : err;
}

static void *run(void *arg)
{
    struct worker *worker = arg;
    TALLOC_CTX *thread_ctx = mem_context(NULL, "imports");
    struct pg *pg = service_pg(worker->service, thread_ctx);
    while (!is_stopping(worker->service)) {
        TALLOC_CTX *ctx = mem_context(thread_ctx, "turn");
        bool found = false;
        enum err err = turn(worker, pg, ctx, &found);
        mem_free(ctx);
        if (err || !found)
            rest(worker, err && err != ERR_OWNER_LOST ? AFTER_ERROR_MS : LOOK_EVERY_MS);
    }
    mem_free(thread_ctx);
    return NULL;
}

enum err import_worker_start(struct service *service)
{
    atomic_store(&stopping, false);
    for (size_t i = 0; i < ARRAY_LENGTH(workers); i++) {
        workers[i] = (struct worker){.service = service, .holder = uuid_random(), .previews = i == 0};
        workers[i].runs = pthread_create(&workers[i].thread, NULL, run, &workers[i]) == 0;
        if (!workers[i].runs)
            return ERR_INTERNAL;
    }
    return ERR_OK;
}

void import_worker_stop(void)
{
    atomic_store(&stopping, true);
    for (size_t i = 0; i < ARRAY_LENGTH(workers); i++) {
        if (workers[i].runs)
            pthread_join(workers[i].thread, NULL);
        workers[i].runs = false;
    }
}
