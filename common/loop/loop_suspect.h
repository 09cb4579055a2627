/* Suspects: messages that a handler failed or died on, run alone until they are processed or dead letters. The table
 * `attempt` is what counts; in memory is a copy, searched for every record. One that was let go for want of room is
 * known again by its next attempt. One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_SUSPECT_H
#define SOTAY_COMMON_LOOP_SUSPECT_H

#include "common/loop/loop_positions.h"

enum { LOOP_SUSPECTS_LIMIT = 256 };

struct loop_suspect {
    struct loop_suspect *next;
    int topic, partition;
    int64_t offset;
    int32_t place;
    int attempts;
    const char *reason;
};

struct loop_suspects {
    TALLOC_CTX *ctx;
    struct pg *pg;
    const struct loop_positions *positions; /* for the cluster */
    struct loop_suspect *list;              /* the newest first; at most LOOP_SUSPECTS_LIMIT */
    size_t n;
    size_t alone; /* the messages of so many records are run one by one: one crashed us, and nobody knows which */
};

/* NULL: none. Lives until the next call below. */
const struct loop_suspect *loop_suspect_find(const struct loop_suspects *suspects, const struct kafka_record *record);
/* One more attempt at the message there, of the positions' cluster. */
MUST_CHECK enum err loop_suspect_count(struct loop_suspects *suspects, const struct loop_offset *at,
                                       const char *reason);
/* It is processed, or a dead letter. */
void loop_suspect_forget(struct loop_suspects *suspects, const struct kafka_record *record);
/* Replaces the list by the attempts whose offset is at or above its position. */
MUST_CHECK enum err loop_suspects_read(struct loop_suspects *suspects);

#endif
