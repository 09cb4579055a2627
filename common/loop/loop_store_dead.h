/* SQL of attempts and dead letters (schema/001_loop.sql, 005). One thread: the owner of the pg. */
#ifndef SOTAY_COMMON_LOOP_STORE_DEAD_H
#define SOTAY_COMMON_LOOP_STORE_DEAD_H

#include "common/loop/loop_store.h"

MUST_CHECK enum err loop_store_count_attempt(struct pg *pg, const struct loop_offset *at, const char *reason,
                                             int *ret_attempts);
/* What its partition waits for has used up `attempts`: its owner makes a dead letter of it. False in *ret_waits: the
 * partition does not go on at this offset, and nothing was written. */
MUST_CHECK enum err loop_store_condemn(struct pg *pg, TALLOC_CTX *ctx, const struct loop_offset *at, int attempts,
                                       const char *reason, bool *ret_waits);
/* Of each partition of the cluster the first, without those of messages that were done after all; the attempts at
 * `done` are dropped before (NULL: none). Columns: topic, partition, offset, place, attempts, reason. */
MUST_CHECK enum err loop_store_attempts(struct pg *pg, TALLOC_CTX *ctx, const char *cluster,
                                        const struct loop_offset *done, struct pg_result **ret_rows);

struct loop_dead {
    struct loop_offset at;
    int64_t died_at_us, appended_at_us;
    const char *kind, *reason;
    ProtobufCBinaryData key, record; /* an empty record of a raw topic: a tombstone */
    int64_t record_bytes;            /* of one that was read */
};
void loop_store_queue_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_dead *dead);
/* Some hundreds that come after `after` (NULL: the first ones) by cluster, topic, partition, offset and place, without
 * their records; n 0: none. */
MUST_CHECK enum err loop_store_page_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_offset *after,
                                         struct loop_dead **ret_dead, size_t *ret_n);
/* The one at this offset. A cluster of NULL is any: where two had it, n is 2. n 0: no such letter, and *ret_dead is
 * untouched. */
MUST_CHECK enum err loop_store_find_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_offset *at,
                                         struct loop_dead *ret_dead, size_t *ret_n);
/* One column: those of these bytes, n > 0, that stand in the record of a letter, which may be replayed yet. */
struct pg_result *loop_store_named_by_dead(struct pg *pg, TALLOC_CTX *ctx, const ProtobufCBinaryData bytes[], size_t n);
void loop_store_queue_drop_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_offset *at);
/* One transaction: forgets the message's outcome, queues `announcement` as a loose row, drops the letter. */
MUST_CHECK enum err loop_store_replay_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_dead *dead,
                                           const struct uuid *message_id, ProtobufCBinaryData announcement);

#endif
