/* The documents of a batch of commands: wanted, locked and read in one round trip, changed in memory by one command
 * after the other, written once. A part without handlers, and the first of its loop: what the parts behind it load
 * belongs to documents that this one has locked. Owned by the batch; the loop's thread. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_BATCH_H
#define SOTAY_DOCUMENT_DOCUMENT_BATCH_H

#include "common/loop/loop.h"
#include "services/document/document/document.h"

extern const struct loop_part DOCUMENT_PART;

struct document_batch;
struct document_batch *document_batch_of(const struct loop_batch *batch);

void document_batch_want(struct document_batch *documents, const struct uuid *id);
/* NULL: there is none. */
const struct document *document_batch_get(const struct document_batch *documents, const struct uuid *id);
/* Its passages, as they lie in the database, are those of its text. Else they are not written yet: what reads a file,
 * or this batch, is still to do it. */
bool document_batch_was_read(const struct document_batch *documents, const struct uuid *id);
/* From now on there is none, and what it was to take the place of waits for another. */
void document_batch_discard(struct document_batch *documents, const struct uuid *id);
/* Makes the next state the state. */
void document_batch_keep(struct document_batch *documents, const struct document *next);

#endif
