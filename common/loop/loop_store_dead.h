/* SQL of attempts and dead letters (schema/): what failed, how often, and what was given up. Called on the thread that
 * owns the pg; `_queue_` queues, the others run at once. */
#ifndef SOTAY_COMMON_LOOP_STORE_DEAD_H
#define SOTAY_COMMON_LOOP_STORE_DEAD_H

#include "common/base/err.h"
#include "common/pg/pg.h"

struct loop_offset { /* of one message */
    const char *cluster;
    int32_t topic, partition;
    int64_t offset;
};

MUST_CHECK enum err loop_store_count_attempt(struct pg *pg, TALLOC_CTX *ctx, const struct loop_offset *at,
                                             const char *reason, int *ret_attempts);
/* What its partition waits for has used up `attempts`: its owner makes a dead letter of it. False in *ret_waits: the
 * partition does not go on at this offset, and nothing was written. */
MUST_CHECK enum err loop_store_condemn(struct pg *pg, TALLOC_CTX *ctx, const struct loop_offset *at, int attempts,
                                       const char *reason, bool *ret_waits);
/* Of the cluster, at most so many; without those of messages that were done after all. Columns: topic, partition,
 * offset, attempts, reason. */
MUST_CHECK enum err loop_store_attempts(struct pg *pg, TALLOC_CTX *ctx, const char *cluster, size_t limit,
                                        struct pg_result **ret_rows);

struct loop_dead {
    struct loop_offset at;
    int64_t died_at_us, appended_at_us;
    const char *kind, *reason;
    ProtobufCBinaryData key, record; /* an empty record of a raw topic: a tombstone */
    int64_t record_bytes;            /* of one that was read */
};
void loop_store_queue_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_dead *dead);
/* Some hundreds that come after `after` (NULL: the first ones) by cluster, topic, partition and offset, without their
 * records; n 0: none. */
MUST_CHECK enum err loop_store_page_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_offset *after,
                                         struct loop_dead **ret_dead, size_t *ret_n);
/* The one at this offset. A cluster of NULL is any: where two had it, n is 2. n 0: no such letter, and *ret_dead is
 * untouched. */
MUST_CHECK enum err loop_store_find_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_offset *at,
                                         struct loop_dead *ret_dead, size_t *ret_n);
void loop_store_queue_drop_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_offset *at);
/* One transaction: forgets the message's outcome, queues `announcement` as a loose row, drops the letter. */
MUST_CHECK enum err loop_store_replay_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_dead *dead,
                                           const struct uuid *message_id, ProtobufCBinaryData announcement);

#endif
