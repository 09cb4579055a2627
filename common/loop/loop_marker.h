/* Crash markers. A handler that dies by its own SIGSEGV, SIGABRT, SIGBUS or SIGFPE leaves "topic partition offset place
 * cluster" in a file that stays open for the purpose: an offset means something in its cluster only. kill -9 and a
 * power cut leave none, and so do not count as an attempt. The marker is its thread's. */
#ifndef SOTAY_COMMON_LOOP_MARKER_H
#define SOTAY_COMMON_LOOP_MARKER_H

#include "common/loop/loop_store.h"
#include <stdbool.h>
#include <talloc.h>

enum { LOOP_WHOLE_BATCH = -1 }; /* as the offset: some message of those that ran together */

struct loop_marker {
    struct loop_offset at; /* its cluster is the one below */
    char cluster[128];
};
/* Opens this thread's marker at `path`; true: the last life left one. It stays in the file until loop_marker_clear, or
 * the next crash. What the thread needs for it is owned by ctx. */
bool loop_marker_open(TALLOC_CTX *ctx, const char *path, struct loop_marker *ret_marker);
void loop_marker_clear(void);
/* What is being handled from now on; NULL: nothing. Borrows the cluster. */
void loop_marker_set(const struct loop_offset *at);

#endif
