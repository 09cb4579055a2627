#include "services/document/extraction/extraction_worker.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "services/document/extraction/extraction_run.h"
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { LOOK_EVERY_MS = 500, AFTER_ERROR_MS = 2000, WAKE_MS = 100, PATH_BYTES = 4096, MEGABYTE = 1 << 20 };
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

static struct {
    pthread_t thread;
    struct service *service;
    struct uuid holder;
    char *program;
    bool runs;
} worker;
static atomic_bool stopping;

static bool is_stopping(void *service)
{
    return atomic_load(&stopping) || service_stopping(service);
}

static int64_t now_us(void *service)
{
    return service_now_us(service);
}

static void rest(int ms)
{
    for (; ms > 0 && !is_stopping(worker.service); ms -= WAKE_MS)
        pause_ms(WAKE_MS);
}

static enum err turn(struct pg *pg, TALLOC_CTX *ctx, bool *ret_found)
{
    const struct extraction_options options = {
        .pg = pg,
        .holder = worker.holder,
        .blob_dir = config.blob_dir,
        .extractor = {.program = worker.program,
                      .memory_bytes = config.memory_mb * MEGABYTE,
                      .cpu_seconds = config.seconds,
                      .seconds = config.seconds,
                      .pages = config.pages,
                      .output_bytes = config.output_mb * MEGABYTE},
        .now_us = now_us,
        .stops = is_stopping,
        .arg = worker.service,
    };
    return extraction_run(ctx, &options, ret_found);
}

static void *run(void *arg)
{
    (void)arg;
    TALLOC_CTX *thread_ctx = mem_context(NULL, "extractions");
    struct pg *pg = service_pg(worker.service, thread_ctx);
    while (!is_stopping(worker.service)) {
        TALLOC_CTX *ctx = mem_context(thread_ctx, "turn");
        bool found = false;
        enum err err = turn(pg, ctx, &found);
        mem_free(ctx);
        if (err || !found)
            rest(err && err != ERR_OWNER_LOST ? AFTER_ERROR_MS : LOOK_EVERY_MS);
    }
    mem_free(thread_ctx);
    return NULL;
}

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
    atomic_store(&stopping, false);
    worker.service = service;
    worker.holder = uuid_random();
    worker.program = find_program();
    if (access(worker.program, X_OK) != 0) {
        log_error("extract_program", "path=%s detail=\"%m\"", worker.program);
        return ERR_CONFIG;
    }
    worker.runs = pthread_create(&worker.thread, NULL, run, NULL) == 0;
    return worker.runs ? ERR_OK : ERR_INTERNAL;
}

void extraction_worker_stop(void)
{
    atomic_store(&stopping, true);
    if (worker.runs)
        pthread_join(worker.thread, NULL);
    worker.runs = false;
    mem_free(worker.program);
    worker.program = NULL;
}
