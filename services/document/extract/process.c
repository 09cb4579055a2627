#include "services/document/extract/process.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_EVERY_MS = 250, READ_BYTES = 1 << 16 };

struct child {
    pid_t pid;
    int pipe; /* what it says */
};

/* --- starting ----------------------------------------------------------------------------------------------------- */

static void add_files(posix_spawn_file_actions_t *actions, const int files[], size_t n, int pipe)
{
    posix_spawn_file_actions_adddup2(actions, files[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(actions, pipe, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    for (size_t i = 1; i < n; i++)
        posix_spawn_file_actions_adddup2(actions, files[i], STDERR_FILENO + (int)i);
}

static int spawn(const struct process *process, char *const argv[], const int files[], int pipe, pid_t *ret_pid)
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
    add_files(&actions, files, process->n_files, pipe);
    int failed = posix_spawn(ret_pid, process->program, &actions, &attributes, argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed;
}

static char **argv_of(TALLOC_CTX *ctx, const struct process *process)
{
    char **argv = mem_array(ctx, char *, process->n_arguments + 2);
    argv[0] = (char *)(uintptr_t)process->program; /* spawn changes none of them */
    for (size_t i = 0; i < process->n_arguments; i++)
        argv[i + 1] = mem_printf(ctx, "%lld", (long long)process->arguments[i]);
    argv[process->n_arguments + 1] = NULL;
    return argv;
}

static void close_all(const int files[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (files[i] >= 0)
            (void)close(files[i]);
}

/* Behind all places that they take in the child, so that none is in another's way. */
static bool take_aside(const struct process *process, int files[])
{
    bool is_done = true;
    for (size_t i = 0; i < process->n_files; i++) {
        files[i] = fcntl(process->files[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1 + PROCESS_FILES_MOST);
        is_done = is_done && files[i] >= 0 && lseek(files[i], 0, SEEK_SET) >= 0;
    }
    return is_done;
}

static enum err start(TALLOC_CTX *ctx, const struct process *process, struct child *child)
{
    int ends[2], files[PROCESS_FILES_MOST];
    if (process->n_files == 0 || process->n_files > PROCESS_FILES_MOST || pipe2(ends, O_CLOEXEC))
        return ERR_INTERNAL;
    int failed = take_aside(process, files) ? spawn(process, argv_of(ctx, process), files, ends[1], &child->pid)
                                            : errno;
    close_all(files, process->n_files);
    (void)close(ends[1]);
    child->pipe = ends[0];
    if (!failed)
        return ERR_OK;
    (void)close(ends[0]);
    errno = failed;
    log_error("process", "program=%s detail=\"%m\"", process->program);
    return ERR_INTERNAL;
}

/* --- hearing it out ----------------------------------------------------------------------------------------------- */

/* ERR_NOT_FOUND: it has said all. */
static enum err hear(const struct process *process, const struct child *child, char *bytes)
{
    ssize_t n = read(child->pipe, bytes, READ_BYTES);
    if (n < 0)
        return errno == EINTR ? ERR_OK : ERR_INTERNAL;
    return n == 0 ? ERR_NOT_FOUND : process->said(process->said_arg, bytes, (size_t)n);
}

static enum err hear_out(const struct process *process, const struct child *child, char *bytes)
{
    int64_t until_us = clock_monotonic_us() + process->seconds * CLOCK_SECOND_US;
    for (;;) {
        struct pollfd waits = {.fd = child->pipe, .events = POLLIN};
        int ready = poll(&waits, 1, LOOK_EVERY_MS);
        enum err err = ready > 0 ? hear(process, child, bytes) : ERR_OK;
        if (err)
            return err == ERR_NOT_FOUND ? ERR_OK : err;
        if (process->stops && process->stops(process->stops_arg))
            return ERR_RETRY;
        if (clock_monotonic_us() > until_us)
            return ERR_MALFORMED;
    }
}

enum err process_run(TALLOC_CTX *ctx, const struct process *process)
{
    TALLOC_CTX *own_ctx = mem_context(ctx, "process");
    struct child child = {.pid = -1};
    int status = 0;
    enum err err = start(own_ctx, process, &child);
    if (!err) {
        err = hear_out(process, &child, mem_array(own_ctx, char, READ_BYTES));
        (void)kill(child.pid, SIGKILL); /* whatever it still does */
        (void)close(child.pipe);
        while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR)
            ;
        if (process->ret_status)
            *process->ret_status = status;
    }
    mem_free(own_ctx);
    return err;
}

char *process_program(TALLOC_CTX *ctx, const char *configured, const char *name)
{
    enum { PATH_BYTES = 4096 };
    char path[PATH_BYTES];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (*configured || n <= 0)
        return mem_text(ctx, configured);
    path[n] = '\0';
    char *end = strrchr(path, '/');
    return mem_printf(ctx, "%.*s/%s", end ? (int)(end - path) : 0, path, name);
}
