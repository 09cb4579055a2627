#include "services/analytics/export/export_worker.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "services/analytics/export/export_file.h"
#include "services/analytics/export/export_run.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

/* Operations, which tell of exports, live so long. */
#define FORGET_AFTER_US (45 * CLOCK_DAY_US)
enum { WORKERS = 2, LOOK_EVERY_MS = 500, AFTER_ERROR_MS = 2000, WAKE_MS = 100, SWEPT_AT_ONCE = 100 };

static struct {
    const char *sockets, *blob_dir;
    int64_t instances;
} config;

const struct config_key export_keys[] = {
    {.name = "sockets",
     .type = CONFIG_TEXT,
     .text = &config.sockets,
     .text_default = ".run/sock",
     .help = "folder of the services' Unix sockets of /query: exports ask there what they show"},
    {.name = "instances",
     .type = CONFIG_INT,
     .number = &config.instances,
     .number_default = 1,
     .min = 1,
     .max = 8,
     .help = "of each service on this machine"},
    {.name = "blob_dir",
     .type = CONFIG_TEXT,
     .text = &config.blob_dir,
     .text_default = ".run/blobs",
     .help = "folder of uploaded files, the gateways': exports lie below it"},
};
const size_t export_n_keys = ARRAY_LENGTH(export_keys);

struct worker {
    pthread_t thread;
    struct service *service;
    struct uuid holder;
    bool runs;
};
static struct worker workers[WORKERS];
static struct export_source source;
static char *folder;
static TALLOC_CTX *worker_ctx;
static atomic_bool stopping;

static bool is_stopping(void *service)
{
    return atomic_load(&stopping) || service_stopping(service);
}

static int64_t now_us(void *service)
{
    return service_now_us(service);
}

static enum err ask(void *service, TALLOC_CTX *ctx, const struct export_question *question,
                    const struct export_asked *asked, ProtobufCMessage **ret_answer)
{
    (void)service;
    return export_source_ask(&source, ctx, question, asked, ret_answer);
}

/* --- making ------------------------------------------------------------------------------------------------------- */

/* Whatever became of it stands in the job's row. */
static enum err run_job(const struct worker *worker, struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id)
{
    const struct export_options options = {.pg = pg,
                                           .holder = worker->holder,
                                           .folder = folder,
                                           .ask = ask,
                                           .now_us = now_us,
                                           .stops = is_stopping,
                                           .arg = worker->service};
    struct export_job job = {.rows = 0};
    enum err err = export_run(ctx, id, &options, &job);
    if (job.finished_at_us)
        log_info("exported", "kind=%d format=%d rows=%lld bytes=%lld seconds=%.2f problem=%s", (int)job.is.kind,
                 (int)job.is.format, (long long)job.rows, (long long)job.bytes,
                 (double)(job.finished_at_us - job.is.created_at_us) / 1e6, job.problem ? job.problem : "");
    else if (err && err != ERR_OWNER_LOST && err != ERR_UNAVAILABLE)
        log_warn("export_rests", "err=%s rows=%lld", err_word(err), (long long)job.rows);
    return job.finished_at_us ? ERR_OK : err;
}

/* --- removing ----------------------------------------------------------------------------------------------------- */

static enum err sweep(const struct worker *worker, struct pg *pg, TALLOC_CTX *ctx)
{
    struct pg_result *rows;
    int64_t at_us = service_now_us(worker->service);
    enum err err = export_store_ended(pg, ctx, at_us, SWEPT_AT_ONCE, &rows);
    if (err || pg_rows(rows) == 0)
        return err;
    struct uuid *ids = mem_array(ctx, struct uuid, pg_rows(rows));
    for (size_t i = 0; i < pg_rows(rows); i++) {
        ids[i] = pg_get_uuid(rows, i, 0);
        const struct export_place place = {folder, ids[i], (int32_t)pg_get_int8(rows, i, 1)};
        export_file_remove(&place, 1);
    }
    return export_store_gone(pg, ctx, ids, pg_rows(rows), at_us - FORGET_AFTER_US);
}

/* --- the threads -------------------------------------------------------------------------------------------------- */

static void rest(const struct worker *worker, int ms)
{
    for (; ms > 0 && !is_stopping(worker->service); ms -= WAKE_MS)
        pause_ms(WAKE_MS);
}

static enum err turn(const struct worker *worker, struct pg *pg, TALLOC_CTX *ctx, bool *ret_found)
{
    struct uuid id;
    enum err err = sweep(worker, pg, ctx);
    if (!err)
        err = export_store_next(pg, ctx, &id, ret_found);
    return !err && *ret_found ? run_job(worker, pg, ctx, &id) : err;
}

static void *run(void *arg)
{
    struct worker *worker = arg;
    TALLOC_CTX *thread_ctx = mem_context(NULL, "exports");
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

static enum err make_folder(void)
{
    folder = mem_printf(worker_ctx, "%s/%s", config.blob_dir, EXPORT_FOLDER);
    (void)mkdir(config.blob_dir, 0700); /* whoever starts first makes it */
    if (mkdir(folder, 0700) == 0 || errno == EEXIST)
        return ERR_OK;
    log_error("export_folder", "path=%s detail=\"%m\"", folder);
    return ERR_CONFIG;
}

enum err export_worker_start(struct service *service)
{
    atomic_store(&stopping, false);
    worker_ctx = mem_context(NULL, "export workers");
    source = (struct export_source){.sockets = config.sockets, .instances = config.instances};
    enum err err = make_folder();
    if (!err)
        err = http_client_start(worker_ctx, WORKERS, &source.client);
    for (size_t i = 0; !err && i < WORKERS; i++) {
        workers[i] = (struct worker){.service = service, .holder = uuid_random()};
        workers[i].runs = pthread_create(&workers[i].thread, NULL, run, &workers[i]) == 0;
        err = workers[i].runs ? ERR_OK : ERR_INTERNAL;
    }
    return err;
}

void export_worker_stop(void)
{
    atomic_store(&stopping, true);
    for (size_t i = 0; i < WORKERS; i++) {
        if (workers[i].runs)
            pthread_join(workers[i].thread, NULL);
        workers[i].runs = false;
    }
    if (source.client)
        http_client_stop(source.client);
    source.client = NULL;
    mem_free(worker_ctx);
    worker_ctx = NULL;
}
