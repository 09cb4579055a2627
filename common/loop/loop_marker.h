/* Crash markers. What a thread handles stands in a mapped file, so that it outlives whatever ends the process:
 *
 *   idle ─▶ handling ─▶ idle     loop_marker_begin … loop_marker_clear
 *              ├─▶ faulted       it died by its own SIGSEGV, SIGABRT, SIGBUS or SIGFPE
 *              ├─▶ killed        it is still "handling" when the next life opens the file: by SIGKILL
 *              └─▶ idle          another thread died so: it was not this one's message
 *
 * A death stays there until loop_marker_clear, and is told once for each time that it happened. A power cut may leave
 * anything; what is no marker of ours is none. An offset means something in its cluster only. The marker is its
 * thread's. */
#ifndef SOTAY_COMMON_LOOP_MARKER_H
#define SOTAY_COMMON_LOOP_MARKER_H

#include "common/loop/loop_store.h"
#include <talloc.h>

enum loop_death { LOOP_NO_DEATH, LOOP_FAULTED, LOOP_KILLED };

struct loop_marker {
    enum loop_death death;
    struct loop_offset at; /* the first of the messages that ran together, or the one whose handler faulted */
    bool is_message;       /* it was alone, or it was its handler that faulted; else any of those that ran together */
    int kills;             /* lives in a row that were killed while this message ran alone */
    bool isolates;         /* killed alone, or again with the same message as the first: messages are to run alone */
    char cluster[128];     /* at.cluster is this one */
};

/* Opens this thread's marker at `path` and says what the last life left. What the thread needs for it is owned by
 * ctx. */
void loop_marker_open(TALLOC_CTX *ctx, const char *path, struct loop_marker *ret_marker);
/* Nothing is handled (any more), and no death is told. */
void loop_marker_clear(void);
/* n messages run together from now on; of these `first` is the first. Without a cluster they are no record's: a death
 * is not told. */
void loop_marker_begin(const struct loop_offset *first, size_t n);
/* Whose handlers run; NULL: nobody's any more. */
void loop_marker_handler(const struct loop_offset *at);

#endif
