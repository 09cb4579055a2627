#include "services/document/extraction/extraction_worker.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "common/service/service_worker.h"
#include "services/document/extract/process.h"
#include "services/document/extraction/extraction_run.h"
#include <unistd.h>

/* A busy machine computes for others too: by the clock a slice may take so many times as long. */
enum { MEGABYTE = 1 << 20, CLOCK_TIMES = 10 };
#define PROGRAM "sotay-extract"

struct extraction_config extraction_config;

static char *program;

/* --- what waits for the machine ----------------------------------------------------------------------------------- */

enum { PUT_OFF_TIMES = 3 }; /* some minutes */
#define COUNT_EVERY_US (10 * CLOCK_SECOND_US)

static struct metric put_off = {.name = "sotay_extractions_put_off",
                                .help = "Files that wait because the machine did not let them be read several times",
                                .type = METRIC_GAUGE};
static int64_t counted_at_us;

static enum err count_put_off(struct pg *pg, TALLOC_CTX *ctx)
{
    int64_t now_us = clock_monotonic_us(), n = 0;
    if (now_us - counted_at_us < COUNT_EVERY_US)
        return ERR_OK;
    counted_at_us = now_us;
    enum err err = extraction_store_count_put_off(pg, ctx, PUT_OFF_TIMES, &n);
    if (!err && n != atomic_load(&put_off.value))
        log_warn("extractions_put_off", "files=%lld", (long long)n);
    if (!err)
        metric_set(&put_off, n);
    return err;
}

/* --- the thread --------------------------------------------------------------------------------------------------- */

static enum err turn(struct service_worker *worker, struct pg *pg, TALLOC_CTX *ctx, bool *ret_found)
{
    const struct extraction_options options = {
        .pg = pg,
        .holder = worker->holder,
        .blob_dir = extraction_config.blob_dir,
        .extractor = {.program = program,
                      .memory_bytes = extraction_config.memory_mb * MEGABYTE,
                      .cpu_seconds = extraction_config.seconds,
                      .seconds = CLOCK_TIMES * extraction_config.seconds,
                      .pages = extraction_config.pages,
                      .output_bytes = extraction_config.output_mb * MEGABYTE,
                      .effort = EFFORT_OF_SLICE},
        .now_us = service_worker_now_us,
        .stops = service_worker_stops,
        .arg = worker,
    };
    enum err err = count_put_off(pg, ctx);
    return err ? err : extraction_run(ctx, &options, ret_found);
}

static struct service_worker workers[] = {{.name = "extractions", .turn = turn}};

enum err extraction_worker_start(struct service *service)
{
    program = process_program(NULL, extraction_config.program, PROGRAM);
    if (access(program, X_OK) != 0) {
        log_error("extract_program", "path=%s detail=\"%m\"", program);
        return ERR_CONFIG;
    }
    metrics_register(&put_off);
    return service_workers_start(service, workers, ARRAY_LENGTH(workers));
}

void extraction_worker_stop(void)
{
    service_workers_stop(workers, ARRAY_LENGTH(workers));
    mem_free(program);
    program = NULL;
}
