#include "services/document/extract/sandbox.h"

#include "common/base/array.h"
#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { LIMITS_MEMORY = false };
#else
enum { LIMITS_MEMORY = true };
#endif

bool sandbox_limits_memory(void)
{
    return LIMITS_MEMORY;
}

static bool limit(__rlimit_resource_t resource, int64_t most)
{
    const struct rlimit limit = {(rlim_t)most, (rlim_t)most};
    return setrlimit(resource, &limit) == 0;
}

/* At the end of its time a signal says so, a second later it is killed, as if of something else. */
static bool limit_time(int64_t seconds)
{
    const struct rlimit limit = {(rlim_t)seconds, (rlim_t)seconds + 1};
    return setrlimit(RLIMIT_CPU, &limit) == 0;
}

static bool limit_all(const struct sandbox_limits *limits)
{
    return limit_time(limits->cpu_seconds) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0) &&
           limit(RLIMIT_NOFILE, 0) && limit(RLIMIT_NPROC, 0) &&
           (!LIMITS_MEMORY || limit(RLIMIT_AS, limits->memory_bytes));
}

/* All of the first version's rights are taken, and none given. A kernel without it leaves it to seccomp. */
static bool close_files(void)
{
    const struct landlock_ruleset_attr attr = {.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
    long ruleset = syscall(SYS_landlock_create_ruleset, &attr, sizeof attr.handled_access_fs, 0);
    if (ruleset < 0)
        return errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM;
    bool is_closed = syscall(SYS_landlock_restrict_self, (int)ruleset, 0) == 0;
    (void)close((int)ruleset);
    return is_closed;
}

/* Memory may come and go, but never as code. */
static bool allow_memory(scmp_filter_ctx filter)
{
    static const struct {
        int call;
        unsigned prot;
    } CALLS[] = {{SCMP_SYS(mmap), 2}, {SCMP_SYS(mprotect), 2}};
    for (size_t i = 0; i < ARRAY_LENGTH(CALLS); i++)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALLS[i].call, 1,
                             SCMP_CMP(CALLS[i].prot, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)))
            return false;
    return true;
}

static bool allow_calls(scmp_filter_ctx filter)
{
    static const int CALLS[] = {
        SCMP_SYS(read),        SCMP_SYS(write),          SCMP_SYS(close),
        SCMP_SYS(lseek),       SCMP_SYS(munmap),         SCMP_SYS(mremap),
        SCMP_SYS(brk),         SCMP_SYS(madvise),        SCMP_SYS(futex),
        SCMP_SYS(getrandom),   SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
        SCMP_SYS(sigaltstack), SCMP_SYS(clock_gettime),  SCMP_SYS(gettimeofday),
        SCMP_SYS(sched_yield), SCMP_SYS(exit),           SCMP_SYS(exit_group),
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CALLS); i++)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALLS[i], 0))
            return false;
    return true;
}

static bool filter_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    bool is_on = filter && allow_calls(filter) && allow_memory(filter) && seccomp_load(filter) == 0;
    if (filter)
        seccomp_release(filter);
    return is_on;
}

enum err sandbox_enter(const struct sandbox_limits *limits)
{
    bool is_in = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                 close_files() && limit_all(limits) && filter_calls();
    return is_in ? ERR_OK : ERR_INTERNAL;
}
