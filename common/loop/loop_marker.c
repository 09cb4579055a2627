#include "common/loop/loop_marker.h"

#include "common/base/array.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FAULT_STACK_BYTES = 1 << 16 }; /* the kernel's own frame may take 12 KB of it (AVX-512, AMX) */

/* The first four are a word that no other file begins with. */
enum state { IDLE = 0x4d4b0001, HANDLING, FAULTED, KILLED };

struct spot {
    int32_t topic, partition, place;
    int64_t offset;
};

/* The file. */
struct mark {
    volatile int32_t state; /* the signal handler writes nothing else */
    int32_t again, alone; /* lives in a row that were killed with the same first message; and of these, with no other */
    int32_t n;            /* that run together */
    volatile int32_t in_handler; /* `handled` is whose handlers run */
    struct spot first, handled;
    struct spot killed; /* the first of those that ran when the last life was killed */
    char cluster[sizeof((struct loop_marker *)0)->cluster];
};

static _Thread_local struct mark *mark; /* NULL: there is no file */

/* Those of all threads: the newest so many. */
enum { MARKS_LIMIT = 16 };
static struct mark *_Atomic marks[MARKS_LIMIT];
static atomic_size_t n_marks;

static const int SIGNALS[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE};

static struct spot spot_of(const struct loop_offset *at)
{
    return (struct spot){.topic = at->topic, .partition = at->partition, .place = at->place, .offset = at->offset};
}

static bool is_same(const struct spot *a, const struct spot *b)
{
    return a->topic == b->topic && a->partition == b->partition && a->place == b->place && a->offset == b->offset;
}

static void on_fault(int signal_number)
{
    if (mark && mark->state == HANDLING)
        mark->state = FAULTED;
    for (size_t i = 0; i < MARKS_LIMIT; i++) {
        struct mark *other = atomic_load(&marks[i]);
        if (other && other->state == HANDLING)
            other->state = IDLE;
    }
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
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
    const struct sigaction action = {.sa_handler = on_fault, .sa_flags = (int)SA_RESETHAND | SA_ONSTACK};
    for (size_t i = 0; i < ARRAY_LENGTH(SIGNALS); i++)
        (void)sigaction(SIGNALS[i], &action, NULL); /* refused only for a bad argument */
}

/* Its blocks are there before it is written: a full disk would kill us at the first write to a hole. */
static struct mark *map_file(const char *path)
{
    void *file = MAP_FAILED;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && (errno = posix_fallocate(fd, 0, sizeof(struct mark))) == 0)
        file = mmap(NULL, sizeof(struct mark), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (file == MAP_FAILED)
        log_warn("no_crash_marker", "path=%s detail=\"%m\"", path);
    if (fd >= 0)
        (void)close(fd); /* the mapping stays */
    return file == MAP_FAILED ? NULL : file;
}

/* A life that ended otherwise ends the row. */
static void note_kill(void)
{
    if (mark->state == HANDLING) {
        bool same = is_same(&mark->first, &mark->killed);
        mark->again = same ? mark->again + 1 : 1;
        mark->alone = mark->n > 1 ? 0 : same ? mark->alone + 1 : 1;
        mark->killed = mark->first;
        mark->state = KILLED;
    } else if (mark->state != KILLED) {
        mark->again = mark->alone = 0;
    }
}

static void read_mark(struct loop_marker *ret_marker)
{
    bool faulted = mark->state == FAULTED, in_handler = faulted && mark->in_handler;
    const struct spot *spot = in_handler ? &mark->handled : &mark->first;
    *ret_marker = (struct loop_marker){.death = faulted                 ? LOOP_FAULTED
                                                : mark->state == KILLED ? LOOP_KILLED
                                                                        : LOOP_NO_DEATH,
                                       .is_message = in_handler || mark->n == 1,
                                       .kills = mark->alone,
                                       .isolates = mark->alone > 0 || mark->again > 1};
    memcpy(ret_marker->cluster, mark->cluster, sizeof ret_marker->cluster - 1);
    ret_marker->at = (struct loop_offset){.cluster = ret_marker->cluster,
                                          .topic = spot->topic,
                                          .partition = spot->partition,
                                          .offset = spot->offset,
                                          .place = spot->place};
}

void loop_marker_open(TALLOC_CTX *ctx, const char *path, struct loop_marker *ret_marker)
{
    *ret_marker = (struct loop_marker){.death = LOOP_NO_DEATH};
    mark = map_file(path);
    if (mark) {
        if (mark->state < IDLE || mark->state > KILLED)
            *mark = (struct mark){.state = IDLE};
        atomic_store(&marks[atomic_fetch_add(&n_marks, 1) % MARKS_LIMIT], mark);
        note_kill();
        read_mark(ret_marker);
    }
    give_stack(ctx);
    catch_faults();
}

void loop_marker_clear(void)
{
    if (mark)
        mark->state = IDLE;
}

void loop_marker_begin(const struct loop_offset *first, size_t n)
{
    if (!mark || !first->cluster)
        return;
    mark->first = spot_of(first);
    mark->n = (int32_t)n;
    mark->in_handler = 0;
    snprintf(mark->cluster, sizeof mark->cluster, "%s", first->cluster);
    mark->state = HANDLING;
}

void loop_marker_handler(const struct loop_offset *at)
{
    if (!mark)
        return;
    mark->in_handler = 0;
    if (!at)
        return;
    mark->handled = spot_of(at);
    mark->in_handler = 1;
}
