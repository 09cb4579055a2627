/* The order of births (common/kafka/kafka.h): the partitions of a topic's birth are read when all those of its older
 * births have been read to their ends, which are final, whichever process has them. What has been read is what the
 * position rows say: so a database that was restored reads on in the births that it knew, and then the next one. One
 * loop's thread. */
#ifndef SOTAY_COMMON_LOOP_BIRTHS_H
#define SOTAY_COMMON_LOOP_BIRTHS_H

#include "common/loop/loop_positions.h"
#include "common/loop/loop_waits.h"

struct loop_births {
    struct pg *pg;
    struct kafka_producer *producer;
    const char *loop; /* its name, for the log */
    struct loop_positions *positions;
    struct loop_waits *waits;
    bool holds_back; /* some of its partitions */
};

/* Of what was just taken (loop_positions_take), in the order of the positions: what has to wait is not read.
 * ERR_UNAVAILABLE: no broker tells the ends. RETRY: PostgreSQL's. */
MUST_CHECK enum err loop_births_hold_back(struct loop_births *births, struct kafka_assignment assignments[]);
/* True: something that was held back is to be read: all is to be taken again. Asks while something is held back. */
bool loop_births_may_begin(struct loop_births *births);

#endif
