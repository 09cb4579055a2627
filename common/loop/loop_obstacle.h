/* What a partition waits for: the first of its messages that is known to be not like the others, because a handler
 * failed or died on it before, or because it must wait, and all behind it. It is run alone until it is processed or a
 * dead letter; only then the next one is of interest. Attempts are counted by the table `attempt`, for the next owner
 * as well; that a message waits is found out anew whenever its partition is taken. One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_OBSTACLE_H
#define SOTAY_COMMON_LOOP_OBSTACLE_H

#include "common/loop/loop_positions.h"

enum {
    LOOP_ATTEMPTS = 3, /* the third that fails makes a dead letter */
    LOOP_KILLS = 10    /* in a row: then it was no accident */
};

/* Whether the partition has one; and whether it is this message. */
bool loop_obstacle_is_known(const struct loop_partition *partition);
bool loop_obstacle_is(const struct loop_partition *partition, const struct kafka_record *message);
/* The message waits: nothing of its partition is taken before the partition is taken anew. */
void loop_obstacle_waits(struct loop_partition *partition, const struct kafka_record *message, enum err why,
                         const char *reason);
/* The same of a message behind others that are in the batch; and whether these were committed: else they come again,
 * before it. */
void loop_obstacle_is_ahead(struct loop_partition *partition, const struct kafka_record *message, enum err why,
                            const char *reason);
void loop_obstacles_reached(struct loop_positions *positions, bool committed);
/* One more attempt at the message has failed. */
MUST_CHECK enum err loop_obstacle_failed(struct loop_positions *positions, struct pg *pg,
                                         const struct kafka_record *message, const char *reason);
/* It is processed, or a dead letter: what is known of the next one is read. */
MUST_CHECK enum err loop_obstacle_is_done(struct loop_positions *positions, struct pg *pg,
                                          const struct kafka_record *message);
/* What the table knows of the partitions that we have. */
MUST_CHECK enum err loop_obstacles_read(struct loop_positions *positions, struct pg *pg);
/* The first partition whose next command is of a kind that a newer binary knows; NULL: none. */
const struct loop_partition *loop_obstacles_unknown(const struct loop_positions *positions);
/* True: an operator has made a dead letter of what a partition waits for; it becomes one when it is run again. */
bool loop_obstacles_given_up(struct loop_positions *positions, struct pg *pg);

#endif
