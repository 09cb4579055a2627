/* Commands that were answered 202, and what became of them, whichever is heard first. Bounded: the oldest give way.
 * Pure; one thread. */
#ifndef SOTAY_GATEWAY_STREAM_OPERATIONS_H
#define SOTAY_GATEWAY_STREAM_OPERATIONS_H

#include "common/base/uuid.h"
#include "services/gateway/stream/hub_options.h"
#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>

/* Of one body: the same message id with another is another's. */
struct operation_key {
    struct uuid message;
    uint8_t mark[HUB_MARK_BYTES];
};

struct operation {
    struct operation_key key;
    struct uuid member;
    char *id;
    int64_t settled_us; /* monotonic; 0: not yet */
    bool succeeded;
    UT_hash_handle hh; /* in the order of coming */
};

struct operations;
struct operations *operations_new(void);
void operations_free(struct operations *operations);

/* Both return the operation if its outcome is to be told now, else NULL. Valid until the next call. */
const struct operation *operations_accept(struct operations *operations, const struct operation_key *key,
                                          const struct uuid *member, const char *id, int64_t now_us);
const struct operation *operations_settle(struct operations *operations, const struct operation_key *key,
                                          bool succeeded, int64_t now_us);
/* The next of the member's that have settled since then; `after` NULL: the first. */
const struct operation *operations_next(const struct operations *operations, const struct operation *after,
                                        const struct uuid *member, int64_t since_us);

#endif
