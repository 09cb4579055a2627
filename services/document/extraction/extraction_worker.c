#include "services/document/extraction/extraction_worker.h"

#include "common/base/array.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/service/service_worker.h"
#include "services/document/extract/process.h"
#include "services/document/extraction/extraction_run.h"
#include <unistd.h>

enum { MEGABYTE = 1 << 20 };
#define PROGRAM "sotay-extract"

struct extraction_config extraction_config;

static char *program;

static enum err turn(struct service_worker *worker, struct pg *pg, TALLOC_CTX *ctx, bool *ret_found)
{
    const struct extraction_options options = {
        .pg = pg,
        .holder = worker->holder,
        .blob_dir = extraction_config.blob_dir,
        .extractor = {.program = program,
                      .memory_bytes = extraction_config.memory_mb * MEGABYTE,
                      .cpu_seconds = extraction_config.seconds,
                      .seconds = extraction_config.seconds,
                      .pages = extraction_config.pages,
                      .output_bytes = extraction_config.output_mb * MEGABYTE},
        .now_us = service_worker_now_us,
        .stops = service_worker_stops,
        .arg = worker,
    };
    return extraction_run(ctx, &options, ret_found);
}

static struct service_worker workers[] = {{.name = "extractions", .turn = turn}};

enum err extraction_worker_start(struct service *service)
{
    program = process_program(NULL, extraction_config.program, PROGRAM);
    if (access(program, X_OK) != 0) {
        log_error("extract_program", "path=%s detail=\"%m\"", program);
        return ERR_CONFIG;
    }
    return service_workers_start(service, workers, ARRAY_LENGTH(workers));
}

void extraction_worker_stop(void)
{
    service_workers_stop(workers, ARRAY_LENGTH(workers));
    mem_free(program);
    program = NULL;
}
