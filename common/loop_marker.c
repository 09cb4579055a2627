/* Crash markers. A handler that dies by its own fault names the message it had in hand, in a file that stays open for the purpose;
 * kill -9 and a power cut leave none, and so do not count as an attempt. The signal handler writes eight numbers' worth of text with
 * write(2) alone, then dies of the same signal. */
#include "common/log.h"
#include "common/loop_internal.h"
#include "common/service.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct in_hand { volatile sig_atomic_t active; int topic, partition; int64_t offset; int fd; };
static _Thread_local struct in_hand in_hand = {.fd = -1};
static const int SIGNALS[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE};

static char *marker_path(TALLOC_CTX *ctx, const struct loop *loop) {
    return mem_printf(ctx, "%s/crash.%s.%s", service_run_dir(loop->service), loop->options->service, loop->options->name);
}

static size_t put_number(char *text, int64_t value) {
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

static void on_fault(int signal_number) {
    if (in_hand.active && in_hand.fd >= 0) {
        char text[96];
        size_t n = put_number(text, in_hand.topic);
        n += put_number(text + n, in_hand.partition);
        n += put_number(text + n, in_hand.offset);
        ssize_t ignored = pwrite(in_hand.fd, text, n, 0); /* nothing better can be done here */
        (void)ignored;
    }
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
}

bool loop_marker_take(struct loop *loop, struct loop_marker *ret_marker) {
    char *path = marker_path(NULL, loop);
    FILE *file = fopen(path, "re");
    long long offset = 0;
    bool found = file && fscanf(file, "%d %d %lld", &ret_marker->topic, &ret_marker->partition, &offset) == 3;
    ret_marker->offset = offset;
    if (file)
        (void)fclose(file); /* only read */
    (void)unlink(path);     /* absent is as good */
    mem_free(path);
    return found;
}

void loop_marker_open(struct loop *loop) {
    char *path = marker_path(NULL, loop);
    in_hand.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (in_hand.fd < 0)
        log_warn("no_crash_marker", "path=%s", path);
    mem_free(path);
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++)
        (void)signal(SIGNALS[i], on_fault); /* cannot fail for these */
}

void loop_marker_set(int topic, int partition, int64_t offset) {
    in_hand.active = 0;
    in_hand.topic = topic;
    in_hand.partition = partition;
    in_hand.offset = offset;
    in_hand.active = topic != 0;
}
