#include "services/auth/import/import_worker.h"

#include "common/base/log.h"
#include "common/service/service_worker.h"
#include "services/auth/import/import.h"

struct import_config import_config;

/* Whatever became of it stands in the job's row. */
static enum err run_job(struct service_worker *worker, struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id)
{
    const struct import_options options = {.pg = pg,
                                           .holder = worker->holder,
                                           .blob_dir = import_config.blob_dir,
                                           .now_us = service_now_us(worker->service),
                                           .stops = service_worker_stops,
                                           .arg = worker};
    struct import_job job;
    enum err err = import_run(ctx, id, &options, &job);
    if (job.finished_at_us)
        log_info("roster_imported", "preview=%d rows=%lld created=%lld updated=%lld rejected=%lld problem=%s",
                 job.preview, (long long)job.rows, (long long)job.created, (long long)job.updated,
                 (long long)job.rejected, job.problem ? job.problem : "");
    return job.finished_at_us ? ERR_OK : err;
}

static enum err turn(struct service_worker *worker, bool previews, struct pg *pg, TALLOC_CTX *ctx, bool *ret_found)
{
    struct uuid id;
    enum err err = import_store_next(pg, ctx, previews, &id, ret_found);
    return !err && *ret_found ? run_job(worker, pg, ctx, &id) : err;
}

static enum err turn_of_previews(struct service_worker *worker, struct pg *pg, TALLOC_CTX *ctx, bool *ret_found)
{
    return turn(worker, true, pg, ctx, ret_found);
}

static enum err turn_of_others(struct service_worker *worker, struct pg *pg, TALLOC_CTX *ctx, bool *ret_found)
{
    return turn(worker, false, pg, ctx, ret_found);
}

static struct service_worker workers[] = {{.name = "previews", .turn = turn_of_previews},
                                          {.name = "imports", .turn = turn_of_others}};

enum err import_worker_start(struct service *service)
{
    return service_workers_start(service, workers, ARRAY_LENGTH(workers));
}

void import_worker_stop(void)
{
    service_workers_stop(workers, ARRAY_LENGTH(workers));
}
