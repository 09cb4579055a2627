#include "services/document/extract/extractor.h"

#include "common/base/array.h"
#include "common/base/log.h"
#include "services/document/extract/process.h"
#include "services/document/extract/sandboxed.h"
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

struct hearing {
    TALLOC_CTX *ctx;
    int64_t bytes_most;
    bool is_too_much;
    ARRAY(char) said;
    int status;
};

static enum err hear(void *arg, const char *bytes, size_t n)
{
    struct hearing *hearing = arg;
    hearing->is_too_much = (int64_t)(hearing->said.n + n) > hearing->bytes_most;
    if (hearing->is_too_much)
        return ERR_MALFORMED;
    array_add_many(hearing->ctx, &hearing->said, bytes, n);
    return ERR_OK;
}

static enum err run(const struct extractor *extractor, int file, struct hearing *hearing)
{
    const int64_t arguments[] = {
        extractor->memory_bytes, extractor->cpu_seconds,      extractor->seconds, extractor->pages,
        extractor->output_bytes, extractor->pages_before + 1, extractor->effort,
    };
    const struct process process = {.program = extractor->program,
                                    .arguments = arguments,
                                    .n_arguments = ARRAY_LENGTH(arguments),
                                    .files = &file,
                                    .n_files = 1,
                                    .seconds = extractor->seconds,
                                    .stops = extractor->stops,
                                    .stops_arg = extractor->arg,
                                    .said = hear,
                                    .said_arg = hearing,
                                    .ret_status = &hearing->status};
    return process_run(hearing->ctx, &process);
}

/* --- whose fault it is -------------------------------------------------------------------------------------------- */

/* Where the kernel counts what it has promised, it may have had less than the limit. */
static bool machine_has(int64_t bytes)
{
    void *memory = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    (void)munmap(memory, (size_t)bytes);
    return true;
}

static enum err blame_machine(const struct extractor *extractor, int status)
{
    log_warn("extract_child", "program=%s signal=%d code=%d detail=\"not the file's fault\"", extractor->program,
             WIFSIGNALED(status) ? WTERMSIG(status) : 0, WIFEXITED(status) ? WEXITSTATUS(status) : 0);
    return ERR_UNAVAILABLE;
}

/* Of a signal that it brought upon itself: a bus error is none, as its file, or a library's, could not be read. */
static enum err judge_signal(const struct extractor *extractor, int status, enum extract_end *ret_end)
{
    *ret_end = EXTRACT_BROKEN;
    switch (WTERMSIG(status)) {
    case SIGXCPU: *ret_end = EXTRACT_TOO_SLOW; return ERR_OK;
    case SIGALRM: *ret_end = EXTRACT_TOO_SLOW; return ERR_MALFORMED;
    case SIGABRT: /* as where memory is refused */
        *ret_end = EXTRACT_TOO_LARGE;
        return machine_has(extractor->memory_bytes) ? ERR_MALFORMED : blame_machine(extractor, status);
    case SIGSEGV:
    case SIGFPE:
    case SIGILL:
    case SIGSYS:
    case SIGTRAP: return ERR_MALFORMED;
    case SIGKILL: *ret_end = EXTRACT_TOO_LARGE; return blame_machine(extractor, status);
    default: return blame_machine(extractor, status);
    }
}

/* Of one that has not said its end. */
static enum err judge(const struct extractor *extractor, int status, enum extract_end *ret_end)
{
    if (WIFSIGNALED(status))
        return judge_signal(extractor, status, ret_end);
    *ret_end = EXTRACT_BROKEN;
    return WEXITSTATUS(status) == SANDBOXED_CANNOT_WORK ? blame_machine(extractor, status) : ERR_MALFORMED;
}

enum err extractor_run(TALLOC_CTX *ctx, const struct extractor *extractor, int file, struct extracted *ret_extracted,
                       ProtobufCBinaryData *ret_said)
{
    /* each line has a letter in front, and each page one of its own */
    enum { MORE = 1 << 16 };
    const struct extracted_bounds bounds = {extractor->pages_before, extractor->pages};
    struct hearing hearing = {.ctx = ctx, .bytes_most = 2 * (extractor->output_bytes + extractor->pages) + MORE};
    enum err err = run(extractor, file, &hearing);
    *ret_said = (ProtobufCBinaryData){hearing.said.n, (uint8_t *)hearing.said.items};
    if (err == ERR_MALFORMED)
        ret_extracted->end = hearing.is_too_much ? EXTRACT_TOO_LARGE : EXTRACT_TOO_SLOW;
    if (err)
        return err == ERR_INTERNAL ? ERR_UNAVAILABLE : err;
    err = extracted_read(ctx, &bounds, hearing.said.items, hearing.said.n, ret_extracted);
    return err ? judge(extractor, hearing.status, &ret_extracted->end) : ERR_OK;
}
