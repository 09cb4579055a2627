/* Suspects: messages that a handler failed or died on, run alone until they are processed or dead letters. The table
 * `attempt` is what counts; in memory is a copy, searched for every record. One that was let go for want of room is
 * known again by its next attempt. One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_SUSPECT_H
#define SOTAY_COMMON_LOOP_SUSPECT_H

#include "common/loop/loop_marker.h"
#include "common/loop/loop_positions.h"
#include "common/loop/loop_store_dead.h"

enum { LOOP_SUSPECTS_LIMIT = 256 };

struct loop_suspect {
    struct loop_suspect *next;
    int topic, partition;
    int64_t offset;
    int attempts;
    const char *reason;
};

struct loop_suspects {
    TALLOC_CTX *ctx;
    struct pg *pg;
    const struct loop_positions *positions; /* for the cluster */
    struct loop_suspect *list;              /* the newest first; at most LOOP_SUSPECTS_LIMIT */
    size_t n;
    size_t alone; /* so many messages are run one by one: one of them ended us, and nobody knows which */
};

/* NULL: none. Lives until the next call below. */
const struct loop_suspect *loop_suspect_find(const struct loop_suspects *suspects, const struct kafka_record *record);
/* One more attempt. */
MUST_CHECK enum err loop_suspect_count(struct loop_suspects *suspects, int topic, int partition, int64_t offset,
                                       const char *reason);
/* What the last life died of, once: an attempt of the message that it handled, if that is of this cluster; of a batch
 * of up to `limit` messages each is run alone. Who kills us may have other reasons than what we were at: from the
 * second time in a row on messages are run alone, from the tenth on it is an attempt. */
MUST_CHECK enum err loop_suspects_count_death(struct loop_suspects *suspects, const struct loop_marker *marker,
                                              size_t limit);
/* It is processed, or a dead letter. */
void loop_suspect_forget(struct loop_suspects *suspects, const struct kafka_record *record);
/* Replaces the list by the attempts whose offset is at or above its position. */
MUST_CHECK enum err loop_suspects_read(struct loop_suspects *suspects);

#endif
