/* Documents in a batch: every event of a document carries its facts; the newest version counts. The part stands before
 * the directory's: documents whose readers change are taken out of the branches that they address while everything is
 * as it was; audience_events.c puts them in again. The loop's thread. */
#ifndef SOTAY_ANALYTICS_DOCUMENT_EVENTS_H
#define SOTAY_ANALYTICS_DOCUMENT_EVENTS_H

#include "common/loop/loop.h"

extern const struct loop_part DOCUMENT_PART;

/* Once the batch's messages are applied: the documents whose readers it changes. Owned by the batch. */
const struct uuid *documents_with_new_readers(const struct loop_batch *batch, size_t *ret_n);

#endif
