/* Records of compacted topics, told by one sender in one order. Whoever changes what a record says marks its key in his
 * transaction; the owner of the first partition (loop_later.h) takes the marks:
 *
 *     marked_key ─▶ the records as they are now ─▶ outbox, one transaction that holds our position's row ─▶ announced
 *
 * They are read behind the lock: so of two moves the later one has the newer versions, and stands behind in the outbox,
 * through crash, rebalance and restore, whoever wrote and in whatever order. The last record of a key on its topic is
 * the newest; only a process that was frozen for longer than the group waits may send an older one when it thaws. A key
 * whose row is gone gets a tombstone. A commit's keys become a row that stays that commit's, with what an earlier row
 * of the same move does not tell: who waits for the commit waits for all of it. One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_KEYS_H
#define SOTAY_COMMON_LOOP_KEYS_H

#include "common/loop/loop_notice.h"
#include "common/loop/loop_positions.h"

enum { LOOP_KEYS_AT_ONCE = 1000 }; /* so that commands wait less than 100 ms for a move */

struct loop_keys {
    struct pg *pg;
    const struct loop_options *options;
    struct loop_positions *positions;
};

/* The partition whose owner moves what no message caused; NULL: another's, or another loop does. */
const struct loop_partition *loop_first_partition(const struct loop_options *options, struct loop_positions *positions);

struct loop_moved {
    struct loop_notice *notices; /* rows of the outbox, to be announced in their order; in the context that was given */
    size_t n;
    bool whole; /* no more keys wait, of the commit or at all */
};
/* Moves the keys that this commit marked, or (0) the oldest, at most LOOP_KEYS_AT_ONCE. OK with n 0 and not whole: they
 * are not ours to move, or PostgreSQL refused, and nothing was moved. An error: they may have been, and the positions
 * are to be taken again. */
MUST_CHECK enum err loop_keys_move(const struct loop_keys *keys, TALLOC_CTX *ctx, int64_t commit_id,
                                   struct loop_moved *ret_moved);

#endif
