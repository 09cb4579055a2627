/* What became of a batch's documents: a part without handlers, which writes what is new. The loop's thread. */
#ifndef SOTAY_DOCUMENT_HISTORY_SET_H
#define SOTAY_DOCUMENT_HISTORY_SET_H

#include "common/loop/loop.h"
#include "services/document/history/history_store.h"

extern const struct loop_part HISTORY_PART;

void history_set_keep(const struct loop_batch *batch, const struct history_entry *entry);

#endif
