#include "services/document/page/page_draw.h"

#include "common/base/array.h"
#include "common/base/log.h"
#include "services/document/extract/process.h"
#include "services/document/extract/trailer.h"
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PNG_BYTES_MOST = 30 << 20 }; /* a gateway hears no more at once */

struct drawing {
    TALLOC_CTX *ctx;
    ARRAY(char) said;
    bool is_too_large;
    int status;
};

static enum err hear(void *arg, const char *bytes, size_t n)
{
    struct drawing *drawing = arg;
    drawing->is_too_large = drawing->said.n + n > PNG_BYTES_MOST;
    if (drawing->is_too_large)
        return ERR_MALFORMED;
    array_add_many(drawing->ctx, &drawing->said, bytes, n);
    return ERR_OK;
}

static int open_file(TALLOC_CTX *ctx, const char *blob_dir, const struct page_key *key)
{
    char hex[2 * CONTENT_SHA256_BYTES + 1];
    sodium_bin2hex(hex, sizeof hex, key->sha256, sizeof key->sha256);
    const char *path = mem_printf(ctx, "%s/%s", blob_dir, hex);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        log_warn("page_source", "path=%s detail=\"%m\"", path);
    return file;
}

static enum err draw(const struct page_drawer *drawer, int file, int32_t page, struct drawing *drawing)
{
    const int64_t arguments[] = {drawer->memory_bytes, drawer->cpu_seconds, drawer->seconds, page, PAGE_WIDTH};
    const struct process process = {.program = drawer->program,
                                    .arguments = arguments,
                                    .n_arguments = ARRAY_LENGTH(arguments),
                                    .files = &file,
                                    .n_files = 1,
                                    .seconds = drawer->seconds,
                                    .stops = drawer->stops,
                                    .stops_arg = drawer->arg,
                                    .said = hear,
                                    .said_arg = drawing,
                                    .ret_status = &drawing->status};
    return process_run(drawing->ctx, &process);
}

/* Of one that has not said its end. */
static enum err judge(const struct page_drawer *drawer, int status)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return ERR_MALFORMED;
    if (!WIFEXITED(status) || WEXITSTATUS(status) == 0)
        return ERR_OVERLOADED;
    log_error("page_program", "path=%s detail=\"it cannot work here\" code=%d", drawer->program, WEXITSTATUS(status));
    return ERR_INTERNAL;
}

/* Whoever is told of it would else take a slow moment for the file's fault. */
static enum err read_said(const struct page_drawer *drawer, const struct drawing *drawing, enum err err,
                          enum extract_end *ret_end, ProtobufCBinaryData *ret_png)
{
    size_t n = 0;
    *ret_end = EXTRACT_TOO_LARGE;
    if (drawing->is_too_large)
        return ERR_OK;
    if (err)
        return err == ERR_MALFORMED ? ERR_OVERLOADED : err;
    if (!trailer_read(drawing->said.items, drawing->said.n, drawing->said.n, ret_end, &n))
        return judge(drawer, drawing->status);
    *ret_png = (ProtobufCBinaryData){n, (uint8_t *)drawing->said.items};
    return ERR_OK;
}

enum err page_draw(TALLOC_CTX *ctx, const struct page_drawer *drawer, const struct page_key *key,
                   enum extract_end *ret_end, ProtobufCBinaryData *ret_png)
{
    struct drawing drawing = {.ctx = ctx};
    int file = open_file(ctx, drawer->blob_dir, key);
    if (file < 0)
        return ERR_UNAVAILABLE;
    enum err err = draw(drawer, file, key->page, &drawing);
    (void)close(file);
    return read_said(drawer, &drawing, err, ret_end, ret_png);
}
