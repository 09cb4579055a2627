/* What a loop tells all gateways, on its service's channel in Redis: messages Told, numbered in an epoch.
 *
 *   COMMIT ─▶ UNLINK the versions of its tags · PUBLISH tags and outcomes            one round trip, at once
 *   rows read, and still ours ─▶ PUBLISH a heartbeat with our partitions             4 a second
 *   an assignment, or Redis did not take it ─▶ a new epoch: its first message also unlinks the tag of the service
 *
 * A gateway serves entries of the service while it hears heartbeats of all partitions, and voids them where a number is
 * left out or an epoch is new. So nothing is kept here of what Redis did not take. Outcomes that are lost are asked for.
 * One loop's thread, but for `away`. */
#ifndef SOTAY_COMMON_LOOP_CHANNEL_H
#define SOTAY_COMMON_LOOP_CHANNEL_H

#include "common/base/metrics.h"
#include "common/loop/loop_notice.h"
#include "common/loop/loop_positions.h"
#include "common/redis/redis.h"
#include "sotay/v1/envelope.pb-c.h"
#include <stdatomic.h>
#include <stdbool.h>

enum { LOOP_EPOCH_BYTES = 16 };

struct loop_channel {
    struct redis *redis;
    const struct loop_options *options;
    size_t n_loops; /* of the service */
    uint8_t epoch[LOOP_EPOCH_BYTES];
    uint64_t number;        /* of its last message; 0: it has none yet */
    int64_t rests_until_us; /* a Redis that hangs may not take the loop's time at every commit */
    atomic_bool away;       /* Redis did not take the last message */
};

/* Something may have been lost, or somebody else may have told something: gateways void what they have. */
void loop_channel_begin(struct loop_channel *channel);
void loop_channel_tell(struct loop_channel *channel, const struct loop_told *told);
/* Call it where nothing of a commit is untold, right after the rows of the positions were read and are ours. */
void loop_channel_beat(struct loop_channel *channel, const struct loop_positions *positions);

extern struct metric loop_metric_unheard;

#endif
