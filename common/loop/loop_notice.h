/* What a commit has to announce: the gateways are told from memory, the queue by the rows of the outbox that keep the
 * messages. One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_NOTICE_H
#define SOTAY_COMMON_LOOP_NOTICE_H

#include "common/loop/loop_slot.h"
#include "common/loop/loop_store.h"
#include "sotay/v1/envelope.pb-c.h"

/* An announcement, and the outbox row that is deleted once it has been announced. */
struct loop_notice {
    struct loop_row row;
    Pb__Announcement *announcement;
};

/* What a commit has to tell the gateways. The arrays live in the batch's context. */
struct loop_told {
    char **tags;
    size_t n_tags;
    Pb__Outcome **outcomes;
    size_t n_outcomes;
};

/* What the batch has to send, by the row that is to keep it (its id is not known yet). False: nothing. */
bool loop_notice_of(struct loop_batch *batch, struct loop_notice *ret_notice);

/* A message of ours on its way to the queue, as the outbox keeps it. Borrows the value's bytes. */
Pb__OutboundMessage *loop_outbound(TALLOC_CTX *ctx, enum topic topic, const struct uuid *key, ProtobufCBinaryData value,
                                   bool tombstone);

#endif
