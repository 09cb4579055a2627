/* Crash markers. A handler that dies by its own SIGSEGV, SIGABRT, SIGBUS or SIGFPE leaves "topic partition offset
 * cluster" in a file that stays open for the purpose: an offset means something in its cluster only. kill -9 and a
 * power cut leave none, and so do not count as an attempt. The marker is its thread's. */
#ifndef SOTAY_COMMON_LOOP_MARKER_H
#define SOTAY_COMMON_LOOP_MARKER_H

#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

struct loop_marker {
    int topic;
    int partition;
    int64_t offset; /* -1: a whole batch */
    char cluster[128];
};
/* Opens this thread's marker at `path`; true: the last life left one. It stays in the file until loop_marker_clear, or
 * the next crash. What the thread needs for it is owned by ctx. */
bool loop_marker_open(TALLOC_CTX *ctx, const char *path, struct loop_marker *ret_marker);
void loop_marker_clear(void);
/* Topic 0: nothing is being handled. Borrows the cluster. */
void loop_marker_set(const char *cluster, int topic, int partition, int64_t offset);

#endif
