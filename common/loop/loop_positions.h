/* Which partitions a loop has, and where each goes on. The rows of table `position` are what counts; this is the
 * owner's view of them. One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_POSITIONS_H
#define SOTAY_COMMON_LOOP_POSITIONS_H

#include "common/kafka/kafka.h"
#include "common/loop/loop_store.h"

enum { LOOP_PARTITIONS_LIMIT = 256 };

struct loop_partition {
    struct loop_position position;
    int64_t lag_next;      /* what Kafka was told last, for lag only */
    char unknown_kind[64]; /* of the next command, cut is fine: a newer binary knows it; empty: it does not wait */
};

struct loop_positions {
    const char *cluster; /* NULL until a broker has named it */
    struct loop_partition items[LOOP_PARTITIONS_LIMIT];
    size_t n;
};

/* NULL: not ours. */
struct loop_partition *loop_positions_find(struct loop_positions *positions, enum topic topic, int32_t partition);
/* Takes exactly these partitions, and fills their `next` from the rows. An error: it has none. */
MUST_CHECK enum err loop_positions_take(struct loop_positions *positions, struct pg *pg,
                                        struct kafka_assignment assignments[], size_t n);
/* ERR_OWNER_LOST: a row has moved without us: the database was restored, or another owner is at work. Another error:
 * PostgreSQL does not answer. */
MUST_CHECK enum err loop_positions_check(struct loop_positions *positions, struct pg *pg);
/* The first partition that waits for a newer binary; NULL: none. */
const struct loop_partition *loop_positions_waiting(const struct loop_positions *positions);

#endif
