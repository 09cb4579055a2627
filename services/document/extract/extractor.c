#include "services/document/extract/extractor.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_EVERY_MS = 250, READ_BYTES = 1 << 16 };

struct child {
    pid_t pid;
    int pipe; /* what it says */
    ARRAY(char) said;
};

/* --- starting ----------------------------------------------------------------------------------------------------- */

static int spawn(const char *program, char *const argv[], int file, int pipe, pid_t *ret_pid)
{
    char *const environment[] = {(char *)(uintptr_t) "LC_ALL=C.UTF-8", (char *)(uintptr_t) "OMP_THREAD_LIMIT=1", NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, file, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipe, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int failed = posix_spawn(ret_pid, program, &actions, &attributes, argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed;
}

static enum err start(TALLOC_CTX *ctx, const struct extractor *extractor, int file, struct child *child)
{
    int ends[2];
    char *argv[] = {(char *)(uintptr_t)extractor->program, /* spawn changes none of them */
                    mem_printf(ctx, "%lld", (long long)extractor->memory_bytes),
                    mem_printf(ctx, "%lld", (long long)extractor->cpu_seconds),
                    mem_printf(ctx, "%lld", (long long)extractor->seconds),
                    mem_printf(ctx, "%lld", (long long)extractor->pages),
                    mem_printf(ctx, "%lld", (long long)extractor->output_bytes),
                    NULL};
    if (lseek(file, 0, SEEK_SET) < 0 || pipe2(ends, O_CLOEXEC))
        return ERR_INTERNAL;
    int failed = spawn(extractor->program, argv, file, ends[1], &child->pid);
    (void)close(ends[1]);
    child->pipe = ends[0];
    if (!failed)
        return ERR_OK;
    (void)close(ends[0]);
    errno = failed;
    log_error("extractor", "program=%s detail=\"%m\"", extractor->program);
    return ERR_INTERNAL;
}

/* --- hearing it out ----------------------------------------------------------------------------------------------- */

/* ERR_NOT_FOUND: it has said all. */
static enum err hear(TALLOC_CTX *ctx, const struct extractor *extractor, struct child *child)
{
    array_reserve(ctx, &child->said, READ_BYTES);
    ssize_t n = read(child->pipe, child->said.items + child->said.n, READ_BYTES);
    if (n < 0)
        return errno == EINTR ? ERR_OK : ERR_INTERNAL;
    child->said.n += (size_t)n;
    /* each line has a letter in front, and each page one of its own */
    if ((int64_t)child->said.n > 2 * (extractor->output_bytes + extractor->pages) + READ_BYTES)
        return ERR_MALFORMED;
    return n == 0 ? ERR_NOT_FOUND : ERR_OK;
}

static enum err hear_out(TALLOC_CTX *ctx, const struct extractor *extractor, struct child *child)
{
    int64_t until_us = clock_monotonic_us() + extractor->seconds * CLOCK_SECOND_US;
    for (;;) {
        struct pollfd waits = {.fd = child->pipe, .events = POLLIN};
        int ready = poll(&waits, 1, LOOK_EVERY_MS);
        enum err err = ready > 0 ? hear(ctx, extractor, child) : ERR_OK;
        if (err)
            return err == ERR_NOT_FOUND ? ERR_OK : err;
        if (extractor->stops && extractor->stops(extractor->arg))
            return ERR_RETRY;
        if (clock_monotonic_us() > until_us)
            return ERR_MALFORMED;
    }
}

enum err extractor_run(TALLOC_CTX *ctx, const struct extractor *extractor, int file, struct extracted *ret_extracted)
{
    TALLOC_CTX *said_ctx = mem_context(ctx, "extracted");
    struct child child = {.pid = -1};
    enum err err = start(said_ctx, extractor, file, &child);
    if (!err) {
        err = hear_out(said_ctx, extractor, &child);
        (void)kill(child.pid, SIGKILL); /* whatever it still does */
        (void)close(child.pipe);
        while (waitpid(child.pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    if (!err)
        err = extracted_read(ctx, child.said.items, child.said.n, extractor->pages, ret_extracted);
    mem_free(said_ctx);
    return err;
}
