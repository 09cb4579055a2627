#include "services/document/extraction/extraction_worker.h"

#include "common/base/array.h"
#include "common/base/log.h"
#include "common/service/service_worker.h"
#include "services/document/extraction/extraction_run.h"
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, MEGABYTE = 1 << 20 };
#define PROGRAM "sotay-extract"

static struct {
    const char *blob_dir, *program;
    int64_t memory_mb, seconds, pages, output_mb;
} config;

const struct config_key extraction_keys[] = {
    {.name = "blob_dir",
     .type = CONFIG_TEXT,
     .text = &config.blob_dir,
     .text_default = ".run/blobs",
     .help = "folder of uploaded files, the gateways'"},
    {.name = "extract_program",
     .type = CONFIG_TEXT,
     .text = &config.program,
     .text_default = "",
     .help = "the program that reads files; empty: " PROGRAM " beside this one"},
    {.name = "extract_memory_mb",
     .type = CONFIG_INT,
     .number = &config.memory_mb,
     .number_default = 1024,
     .min = 64,
     .max = 16384,
     .help = "address space that reading one file may take"},
    {.name = "extract_seconds",
     .type = CONFIG_INT,
     .number = &config.seconds,
     .number_default = 600,
     .min = 1,
     .max = 86400,
     .help = "time that reading one file may take"},
    {.name = "extract_pages",
     .type = CONFIG_INT,
     .number = &config.pages,
     .number_default = 3000,
     .min = 1,
     .max = 100000,
     .help = "pages of a file that is read"},
    {.name = "extract_output_mb",
     .type = CONFIG_INT,
     .number = &config.output_mb,
     .number_default = 8,
     .min = 1,
     .max = 256,
     .help = "text of a file that is read"},
};
const size_t extraction_n_keys = ARRAY_LENGTH(extraction_keys);

static char *program;

static enum err turn(struct service_worker *worker, struct pg *pg, TALLOC_CTX *ctx, bool *ret_found)
{
    const struct extraction_options options = {
        .pg = pg,
        .holder = worker->holder,
        .blob_dir = config.blob_dir,
        .extractor = {.program = program,
                      .memory_bytes = config.memory_mb * MEGABYTE,
                      .cpu_seconds = config.seconds,
                      .seconds = config.seconds,
                      .pages = config.pages,
                      .output_bytes = config.output_mb * MEGABYTE},
        .now_us = service_worker_now_us,
        .stops = service_worker_stops,
        .arg = worker,
    };
    return extraction_run(ctx, &options, ret_found);
}

static struct service_worker workers[] = {{.name = "extractions", .turn = turn}};

/* Beside our own program, wherever that was started from. */
static char *find_program(void)
{
    char path[PATH_BYTES];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (*config.program || n <= 0)
        return mem_text(NULL, config.program);
    path[n] = '\0';
    char *name = strrchr(path, '/');
    return mem_printf(NULL, "%.*s/" PROGRAM, name ? (int)(name - path) : 0, path);
}

enum err extraction_worker_start(struct service *service)
{
    program = find_program();
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
