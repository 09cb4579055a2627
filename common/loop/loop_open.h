/* Opening: records of the queue are taken apart into their messages, and these become slots of a batch. One loop's
 * thread. */
#ifndef SOTAY_COMMON_LOOP_OPEN_H
#define SOTAY_COMMON_LOOP_OPEN_H

#include "common/loop/loop_slot.h"

struct loop_records {
    ARRAY(struct kafka_record) list;
};

/* Adds the messages of a record, each as a record of its own that holds one envelope, with the same offset and its
 * `place`; a record of one message as it is. Borrows the record; what it makes is owned by ctx. */
void loop_take_apart(TALLOC_CTX *ctx, const struct loop_options *options, const struct kafka_record *record,
                     struct loop_records *into);

/* Fills a slot with what the record says and who handles it. An error is the slot's: ERR_MALFORMED,
 * or ERR_UNKNOWN_KIND of a command. Borrows the record. */
void loop_open(struct loop_slot *slot, struct loop_batch *batch, const struct loop_options *options,
               const struct kafka_record *record);

/* Adds the record to the batch unless it is below its position, or its partition waits: one of an unknown kind makes it
 * wait for a newer binary, and is said once. A dead letter needs no handler: its kind may be unknown. */
void loop_open_next(struct loop_batch *batch, const struct loop_options *options, struct loop_positions *positions,
                    const struct kafka_record *record, bool dead);

#endif
