/* services/document/extract/sandbox.h: a process that is inside tries to get out, in every way that we know, and to
 * take more than it was given. */
#include "test.h"

#include "common/base/array.h"
#include "services/document/extract/sandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MEMORY = 256 << 20, CPU_SECONDS = 1 };
enum { REFUSED = 7, ESCAPED = 8, NO_SANDBOX = 9 }; /* exit codes of whoever tries */

/* --- ways out: true is out ---------------------------------------------------------------------------------------- */

static bool connects(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool talks_to_neighbours(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){0}) == 0;
}

static bool reads_a_file(void)
{
    return open("/etc/passwd", O_RDONLY) >= 0 || openat(AT_FDCWD, "/proc/self/maps", O_RDONLY) >= 0;
}

static bool writes_a_file(void)
{
    return open("/tmp/sotay-escaped", O_WRONLY | O_CREAT, 0600) >= 0 || mkdir("/tmp/sotay-escaped.d", 0700) == 0 ||
           unlink("/tmp/sotay-nothing") == 0 || errno == ENOENT;
}

static bool looks_around(void)
{
    return access("/etc", R_OK) == 0 || syscall(SYS_getcwd, (char[64]){0}, 64) > 0;
}

static bool makes_a_descriptor(void)
{
    return pipe((int[2]){0}) == 0 || dup(0) >= 0 || memfd_create("x", 0) >= 0;
}

static bool forks(void)
{
    return fork() >= 0;
}

static void *do_nothing(void *arg)
{
    return arg;
}

static bool makes_a_thread(void)
{
    pthread_t thread;
    return pthread_create(&thread, NULL, do_nothing, NULL) == 0;
}

static bool executes(void)
{
    char *argv[] = {(char *)(uintptr_t) "/bin/true", NULL};
    (void)execve(argv[0], argv, NULL);
    return errno != EPERM;
}

static bool makes_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool turns_data_into_code(void)
{
    void *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return data == MAP_FAILED || mprotect(data, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool kills_its_parent(void)
{
    return kill(getppid(), 0) == 0 || syscall(SYS_kill, 1, 0) == 0;
}

static bool reads_its_parent(void)
{
    char byte;
    struct iovec here = {&byte, 1}, there = {&byte, 1};
    return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0 || process_vm_readv(getppid(), &here, 1, &there, 1, 0) > 0;
}

static bool takes_more_memory(void)
{
    return sandbox_limits_memory() &&
           mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool lifts_its_limits(void)
{
    return syscall(SYS_prlimit64, 0, 0, NULL, NULL) == 0 || syscall(SYS_setuid, 0) == 0;
}

static bool works_for_ever(void)
{
    for (volatile bool works = true; works;)
        ;
    return true;
}

/* --- the trial ---------------------------------------------------------------------------------------------------- */

/* How whoever tries ended. */
static int try_from_inside(bool (*escapes)(void))
{
    static const struct sandbox_limits LIMITS = {MEMORY, CPU_SECONDS};
    int status;
    (void)fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        /* a sanitizer's address space is no measure */
        const struct sandbox_limits own = {sandbox_limits_memory() ? LIMITS.memory_bytes : INT64_MAX, CPU_SECONDS};
        if (sandbox_enter(&own))
            _exit(NO_SANDBOX);
        errno = 0;
        _exit(escapes() ? ESCAPED : REFUSED);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void test_nobody_gets_out(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool (*escapes)(void);
    } WAYS[] = {
        {"the network", connects},
        {"sockets of this machine", talks_to_neighbours},
        {"reading files", reads_a_file},
        {"writing files", writes_a_file},
        {"looking around", looks_around},
        {"descriptors", makes_a_descriptor},
        {"processes", forks},
        {"threads", makes_a_thread},
        {"programs", executes},
        {"new code", makes_code},
        {"data as code", turns_data_into_code},
        {"signals", kills_its_parent},
        {"others' memory", reads_its_parent},
        {"memory", takes_more_memory},
        {"its limits", lifts_its_limits},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(WAYS); i++) {
        int status = try_from_inside(WAYS[i].escapes);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != REFUSED)
            fail_msg("%s: status %x", WAYS[i].name, (unsigned)status);
    }
}

static void test_nobody_works_for_ever(void **state)
{
    (void)state;
    int status = try_from_inside(works_for_ever);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU);
}

static bool computes(void)
{
    char *room = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED)
        return false;
    room[0] = 1;
    return munmap(room, 1 << 20) == 0 && write(STDERR_FILENO, "", 0) == 0;
}

static void test_it_may_compute_and_write_to_what_it_has(void **state)
{
    (void)state;
    int status = try_from_inside(computes);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), ESCAPED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody_gets_out),
        cmocka_unit_test(test_nobody_works_for_ever),
        cmocka_unit_test(test_it_may_compute_and_write_to_what_it_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
