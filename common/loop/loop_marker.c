/* The signal handler writes four numbers and a word as text with pwrite(2) alone, then dies of the same signal. */
#include "common/loop/loop_marker.h"

#include "common/base/array.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FAULT_STACK_BYTES = 1 << 16 }; /* the kernel's own frame may take 12 KB of it (AVX-512, AMX) */

enum { MARKER_BYTES = 256 };

struct handled {
    volatile sig_atomic_t active;
    struct loop_offset at;
    int fd;
};
static _Thread_local struct handled handled = {.fd = -1};
static const int SIGNALS[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE};

static size_t put_number(char *text, int64_t value)
{
    char digits[24];
    size_t n = 0, at = 0;
    uint64_t left = value < 0 ? (uint64_t)-value : (uint64_t)value;
    do
        digits[n++] = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (value < 0)
        text[at++] = '-';
    while (n > 0)
        text[at++] = digits[--n];
    text[at++] = ' ';
    return at;
}

/* A longer one is no cluster's: its marker is of no use. The end of the line ends what an older marker may leave
 * behind. */
static size_t put_cluster(char *text, size_t room, const char *cluster)
{
    size_t n = 0;
    while (n + 1 < room && cluster[n] != '\0') {
        text[n] = cluster[n];
        n++;
    }
    text[n] = '\n';
    return n + 1;
}

static void on_fault(int signal_number)
{
    if (handled.active && handled.fd >= 0) {
        char text[MARKER_BYTES];
        size_t n = put_number(text, handled.at.topic);
        n += put_number(text + n, handled.at.partition);
        n += put_number(text + n, handled.at.offset);
        n += put_number(text + n, handled.at.place);
        n += put_cluster(text + n, sizeof text - n, handled.at.cluster);
        ssize_t ignored = pwrite(handled.fd, text, n, 0); /* nothing better can be done here */
        (void)ignored;
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

static bool read_marker(int fd, struct loop_marker *ret_marker)
{
    char text[MARKER_BYTES + 1];
    struct loop_marker marker = {0};
    long long offset = 0;
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    if (sscanf(text, "%d %d %lld %d %127[^\n]", &marker.at.topic, &marker.at.partition, &offset, &marker.at.place,
               marker.cluster) != 5)
        return false;
    marker.at.offset = offset;
    *ret_marker = marker;
    ret_marker->at.cluster = ret_marker->cluster;
    return true;
}

bool loop_marker_open(TALLOC_CTX *ctx, const char *path, struct loop_marker *ret_marker)
{
    handled.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (handled.fd < 0)
        log_warn("no_crash_marker", "path=%s", path);
    give_stack(ctx);
    catch_faults();
    return handled.fd >= 0 && read_marker(handled.fd, ret_marker);
}

void loop_marker_clear(void)
{
    if (handled.fd >= 0 && ftruncate(handled.fd, 0) != 0)
        log_warn("crash_marker_stays", "fd=%d", handled.fd);
}

void loop_marker_set(const struct loop_offset *at)
{
    handled.active = 0;
    if (!at)
        return;
    handled.at = *at;
    handled.active = at->cluster != NULL;
}
