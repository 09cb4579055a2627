/* Crash markers: what a loop was at when its process died. It stands in a file that is mapped into memory: a few stores
 * say it, and they are still there after a kill -9 (after a power cut an older state may be). The next life finds
 *
 *   nothing                       it stopped, or died while it handled nothing
 *   kills 0, a reason             the handler's own SIGSEGV, SIGABRT, SIGBUS or SIGFPE, or it hung: an attempt
 *   kills n                       killed, for the n-th time in a row with no commit between: it may be the message, or
 *                                 somebody who kills us
 *
 * An offset means something in its cluster only. The marker is its thread's. */
#ifndef SOTAY_COMMON_LOOP_MARKER_H
#define SOTAY_COMMON_LOOP_MARKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

enum { LOOP_MARKER_CLUSTER_BYTES = 128 };

struct loop_marker {
    int topic;
    int partition;
    int64_t offset; /* -1: a whole batch */
    int kills;
    const char *reason; /* a constant */
    char cluster[LOOP_MARKER_CLUSTER_BYTES];
};
/* Opens this thread's marker at `path`; true: the last life left one. It stays in the file until loop_marker_clear, or
 * the next message. What the thread needs for it is owned by ctx. */
bool loop_marker_open(TALLOC_CTX *ctx, const char *path, struct loop_marker *ret_marker);
void loop_marker_close(void);
/* It was counted: `kills` goes on from there. */
void loop_marker_clear(int kills);
/* From now on this is at work. A cluster of NULL: nothing is said. */
void loop_marker_set(const char *cluster, int topic, int partition, int64_t offset);
/* Nothing is at work any more. Committed: whoever killed us before, it was not these messages. */
void loop_marker_done(bool committed);
/* Ends the process: what `thread` is at hangs. Any thread. */
void loop_marker_abort(pthread_t thread);

#endif
