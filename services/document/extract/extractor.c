#include "services/document/extract/extractor.h"

#include "common/base/array.h"
#include "services/document/extract/process.h"

struct hearing {
    TALLOC_CTX *ctx;
    int64_t bytes_most;
    ARRAY(char) said;
};

static enum err hear(void *arg, const char *bytes, size_t n)
{
    struct hearing *hearing = arg;
    if ((int64_t)(hearing->said.n + n) > hearing->bytes_most)
        return ERR_MALFORMED;
    array_add_many(hearing->ctx, &hearing->said, bytes, n);
    return ERR_OK;
}

enum err extractor_run(TALLOC_CTX *ctx, const struct extractor *extractor, int file, struct extracted *ret_extracted)
{
    const int64_t arguments[] = {extractor->memory_bytes, extractor->cpu_seconds, extractor->seconds, extractor->pages,
                                 extractor->output_bytes};
    /* each line has a letter in front, and each page one of its own */
    enum { MORE = 1 << 16 };
    struct hearing hearing = {.ctx = mem_context(ctx, "extracted"),
                              .bytes_most = 2 * (extractor->output_bytes + extractor->pages) + MORE};
    const struct process process = {.program = extractor->program,
                                    .arguments = arguments,
                                    .n_arguments = ARRAY_LENGTH(arguments),
                                    .files = &file,
                                    .n_files = 1,
                                    .seconds = extractor->seconds,
                                    .stops = extractor->stops,
                                    .stops_arg = extractor->arg,
                                    .said = hear,
                                    .said_arg = &hearing};
    enum err err = process_run(hearing.ctx, &process);
    if (!err)
        err = extracted_read(ctx, hearing.said.items, hearing.said.n, extractor->pages, ret_extracted);
    mem_free(hearing.ctx);
    return err;
}
