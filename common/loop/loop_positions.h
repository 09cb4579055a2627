/* Which partitions a loop has, where each goes on, and whether its log is still the one that the position was made on.
 * The rows of table `position` are what counts; this is the owner's view of them. One loop's thread.
 *
 *   assigned ─▶ take: a new owner in the rows ─▶ reading begins with the record before `next`
 *                                                  │ check: append time and hash are those of the row
 *                     another record, or the log ends before `next`, or begins behind it
 *                      ├─ commands: the row gets a stop flag; nothing is read until an operator has looked
 *                      └─ events, compacted topics: read again from the beginning, as what is known is dropped */
#ifndef SOTAY_COMMON_LOOP_POSITIONS_H
#define SOTAY_COMMON_LOOP_POSITIONS_H

#include "common/kafka/kafka.h"
#include "common/loop/loop_store.h"
#include "common/loop/loop_store_positions.h"

enum { LOOP_PARTITIONS_LIMIT = 512, LOOP_STOPPED_BYTES = 256 };

struct loop_partition {
    struct loop_position position;
    int64_t lag_next; /* what Kafka was told last, for lag only */
    bool unchecked;   /* its first record has yet to show that the log is the same */
    bool stopped;
    bool waits_for_birth;  /* an older birth of its topic has not been read whole (loop_births.h) */
    struct loop_obstacle { /* the message that it waits for (loop_obstacle.h) */
        int64_t offset;
        int32_t place;
        int attempts;     /* that failed */
        enum err waits;   /* why nothing is taken before the partition is taken anew; 0: it is run alone */
        bool is_ahead;    /* what stands before it in its batch is not committed yet */
        char reason[256]; /* of its last failure, or the unknown kind */
    } obstacle;
};

struct loop_positions {
    const char *cluster; /* NULL until a broker has named it */
    enum topic commands; /* the topic whose partitions stop; TOPIC_NONE: the loop has none */
    struct loop_partition items[LOOP_PARTITIONS_LIMIT];
    size_t n, n_unchecked;
    char stopped[LOOP_STOPPED_BYTES]; /* which partitions of commands stand, whosever they are, and why; "": none */
};

/* NULL: not ours. */
struct loop_partition *loop_positions_find(struct loop_positions *positions, enum topic topic, int32_t partition);
/* Where a record, or a message of it, stands. Borrows the cluster. */
struct loop_offset loop_offset_of(const struct loop_positions *positions, const struct kafka_record *record);
/* Takes exactly these partitions: their rows get a new owner, which from now on only our batches know, and what is to
 * be read is filled in from the rows. So does whoever cannot know whether his last COMMIT came through. An error: it
 * has none. */
MUST_CHECK enum err loop_positions_take(struct loop_positions *positions, struct pg *pg,
                                        struct kafka_assignment assignments[], size_t n);
/* The first record of each partition since it was taken is compared with the row. ERR_RETRY: one is another; the
 * row says now what becomes of the partition, and all are taken anew. */
MUST_CHECK enum err loop_positions_check(struct loop_positions *positions, struct pg *pg,
                                         const struct kafka_records *records);
/* What a position keeps of the record before it. */
struct loop_last loop_last_of(const struct kafka_record *record);
/* ERR_OWNER_LOST: a row has another owner or has moved without us: the database was restored, or another is at work, or
 * an operator. Another error: PostgreSQL does not answer. Renews `stopped`. */
MUST_CHECK enum err loop_positions_hold(struct loop_positions *positions, struct pg *pg);

#endif
