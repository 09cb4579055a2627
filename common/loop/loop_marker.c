/* The signal handler stores one number, then dies of the same signal. */
#include "common/loop/loop_marker.h"

#include "common/base/array.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FAULT_STACK_BYTES = 1 << 16 }; /* the kernel's own frame may take 12 KB of it (AVX-512, AMX) */
enum death { DEATH_UNTOLD, DEATH_CRASHED, DEATH_HUNG };
#define LAYOUT UINT64_C(0x736f7461796d3031) /* another number is another layout: such a file says nothing */

/* The file. */
struct page {
    uint64_t layout;
    volatile sig_atomic_t active, death;
    int32_t topic, partition, kills;
    int64_t offset;
    char cluster[LOOP_MARKER_CLUSTER_BYTES];
};
static _Thread_local struct page nowhere;
static _Thread_local struct page *mapped; /* NULL: there is no file */
static const int SIGNALS[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE};

static struct page *here(void)
{
    return mapped ? mapped : &nowhere;
}

/* loop_marker_abort queues its signal, the kernel and abort() do not. */
static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    (void)context;
    if (here()->active)
        here()->death = info->si_code == SI_QUEUE ? DEATH_HUNG : DEATH_CRASHED;
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
}

void loop_marker_abort(pthread_t thread)
{
    (void)pthread_sigqueue(thread, SIGABRT, (union sigval){.sival_int = 0}); /* refused only where it has ended */
}

/* on_fault runs on a stack of its own, so that a stack that has run out is told as well. A thread that has one keeps
 * it: a sanitizer gives every thread one, and takes it away again. */
static void give_stack(TALLOC_CTX *ctx)
{
    stack_t stack;
    if (sigaltstack(NULL, &stack) != 0 || !(stack.ss_flags & SS_DISABLE))
        return;
    stack = (stack_t){.ss_sp = mem_zalloc(ctx, FAULT_STACK_BYTES, "fault stack"), .ss_size = FAULT_STACK_BYTES};
    if (sigaltstack(&stack, NULL) != 0)
        log_warn("no_fault_stack", "detail=\"%m\"");
}

static void catch_faults(void)
{
    const struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = (int)SA_RESETHAND | SA_ONSTACK | SA_SIGINFO};
    for (size_t i = 0; i < ARRAY_LENGTH(SIGNALS); i++)
        (void)sigaction(SIGNALS[i], &action, NULL); /* refused only for a bad argument */
}

/* Written before it is mapped: a store into a page that the disk has no room for would be a SIGBUS. */
static struct page *map_file(int fd)
{
    struct page last = {0};
    if (pread(fd, &last, sizeof last, 0) != sizeof last || last.layout != LAYOUT)
        last = (struct page){.layout = LAYOUT};
    last.cluster[sizeof last.cluster - 1] = '\0';
    if (pwrite(fd, &last, sizeof last, 0) != sizeof last)
        return NULL;
    void *at = mmap(NULL, sizeof last, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return at == MAP_FAILED ? NULL : at;
}

static void read_page(const struct page *page, struct loop_marker *ret_marker)
{
    static const char *const REASONS[] = {
        [DEATH_UNTOLD] = "killed", [DEATH_CRASHED] = "crashed", [DEATH_HUNG] = "took more than 10 s"};
    *ret_marker = (struct loop_marker){.topic = page->topic,
                                       .partition = page->partition,
                                       .offset = page->offset,
                                       .kills = page->death == DEATH_UNTOLD ? page->kills + 1 : 0,
                                       .reason = REASONS[page->death <= DEATH_HUNG ? page->death : DEATH_CRASHED]};
    memcpy(ret_marker->cluster, page->cluster, sizeof page->cluster);
}

bool loop_marker_open(TALLOC_CTX *ctx, const char *path, struct loop_marker *ret_marker)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    mapped = fd >= 0 ? map_file(fd) : NULL;
    if (!mapped)
        log_warn("no_crash_marker", "path=%s detail=\"%m\"", path);
    if (fd >= 0)
        (void)close(fd); /* the mapping stays */
    give_stack(ctx);
    catch_faults();
    bool found = here()->active;
    if (found)
        read_page(here(), ret_marker);
    return found;
}

void loop_marker_close(void)
{
    if (mapped)
        (void)munmap(mapped, sizeof *mapped); /* refused only for a bad argument */
    mapped = NULL;
}

void loop_marker_clear(int kills)
{
    here()->kills = kills;
    here()->active = here()->death = 0;
}

void loop_marker_set(const char *cluster, int topic, int partition, int64_t offset)
{
    struct page *page = here();
    if (!cluster)
        return; /* a letter's second life, outside of any loop */
    page->active = 0;
    atomic_signal_fence(memory_order_seq_cst);
    if (strcmp(page->cluster, cluster) != 0)
        (void)snprintf(page->cluster, sizeof page->cluster, "%s", cluster); /* a longer one is no cluster's */
    page->topic = topic;
    page->partition = partition;
    page->offset = offset;
    atomic_signal_fence(memory_order_seq_cst);
    page->active = 1;
}

void loop_marker_done(bool committed)
{
    here()->active = 0;
    if (committed)
        here()->kills = 0;
}
