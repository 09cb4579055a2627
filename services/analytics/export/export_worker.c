#include "services/analytics/export/export_worker.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/service/service_worker.h"
#include "services/analytics/export/export_file.h"
#include "services/analytics/export/export_run.h"
#include <errno.h>
#include <sys/stat.h>

/* Operations, which tell of exports, live so long. */
#define FORGET_AFTER_US (45 * CLOCK_DAY_US)
enum { SWEPT_AT_ONCE = 100 };

static struct {
    const char *sockets, *export_dir;
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
    {.name = "export_dir",
     .type = CONFIG_TEXT,
     .text = &config.export_dir,
     .text_default = ".run/exports",
     .help = "folder of exports, which the gateways read"},
};
const size_t export_n_keys = ARRAY_LENGTH(export_keys);

static struct export_source source;
static TALLOC_CTX *worker_ctx;

static enum err ask(void *worker, TALLOC_CTX *ctx, const struct export_question *question,
                    const struct export_asked *asked, ProtobufCMessage **ret_answer)
{
    (void)worker;
    return export_source_ask(&source, ctx, question, asked, ret_answer);
}

/* --- making ------------------------------------------------------------------------------------------------------- */

/* Whatever became of it stands in the job's row. */
static enum err run_job(struct service_worker *worker, struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id)
{
    const struct export_options options = {.pg = pg,
                                           .holder = worker->holder,
                                           .folder = config.export_dir,
                                           .ask = ask,
                                           .now_us = service_worker_now_us,
                                           .stops = service_worker_stops,
                                           .arg = worker};
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

static enum err sweep(struct service_worker *worker, struct pg *pg, TALLOC_CTX *ctx)
{
    struct pg_result *rows;
    int64_t at_us = service_worker_now_us(worker);
    enum err err = export_store_ended(pg, ctx, at_us, SWEPT_AT_ONCE, &rows);
    if (err || pg_rows(rows) == 0)
        return err;
    struct uuid *ids = mem_array(ctx, struct uuid, pg_rows(rows));
    for (size_t i = 0; i < pg_rows(rows); i++) {
        ids[i] = pg_get_uuid(rows, i, 0);
        const struct export_place place = {config.export_dir, ids[i], (int32_t)pg_get_int8(rows, i, 1)};
        export_file_remove(&place, 1);
    }
    return export_store_gone(pg, ctx, ids, pg_rows(rows), at_us - FORGET_AFTER_US);
}

/* --- the threads -------------------------------------------------------------------------------------------------- */

static enum err turn(struct service_worker *worker, struct pg *pg, TALLOC_CTX *ctx, bool *ret_found)
{
    struct uuid id;
    enum err err = sweep(worker, pg, ctx);
    if (!err)
        err = export_store_next(pg, ctx, &id, ret_found);
    return !err && *ret_found ? run_job(worker, pg, ctx, &id) : err;
}

static struct service_worker workers[] = {{.name = "exports", .turn = turn}, {.name = "exports", .turn = turn}};

static enum err make_folder(void)
{
    if (mkdir(config.export_dir, 0750) == 0 || errno == EEXIST)
        return ERR_OK;
    log_error("export_folder", "path=%s detail=\"%m\"", config.export_dir);
    return ERR_CONFIG;
}

enum err export_worker_start(struct service *service)
{
    worker_ctx = mem_context(NULL, "export workers");
    source = (struct export_source){.sockets = config.sockets, .instances = config.instances};
    enum err err = make_folder();
    if (!err)
        err = http_client_start(worker_ctx, ARRAY_LENGTH(workers), &source.client);
    return err ? err : service_workers_start(service, workers, ARRAY_LENGTH(workers));
}

void export_worker_stop(void)
{
    service_workers_stop(workers, ARRAY_LENGTH(workers));
    if (source.client)
        http_client_stop(source.client);
    source.client = NULL;
    mem_free(worker_ctx);
    worker_ctx = NULL;
}
