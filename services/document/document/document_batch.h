/* The documents of a batch of commands: wanted, locked and read in one round trip, changed in memory by one command
 * after the other, written once. The state of DOCUMENT_PART (document_commands.h). Owned by the batch; the loop's
 * thread. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_BATCH_H
#define SOTAY_DOCUMENT_DOCUMENT_BATCH_H

#include "common/loop/loop.h"
#include "services/document/document/document.h"

struct document_batch;

void document_batch_want(struct document_batch *documents, const struct uuid *id);
/* NULL: there is none. */
const struct document *document_batch_get(const struct document_batch *documents, const struct uuid *id);
/* Makes the next state the state. */
void document_batch_keep(struct document_batch *documents, const struct document *next);

/* The part's moments. */
void *document_batch_new(struct loop_batch *batch);
void document_batch_load(void *state, struct pg *pg);
MUST_CHECK enum err document_batch_loaded(void *state);
void document_batch_write(void *state, struct pg *pg);

#endif
