/* The documents that a batch's agendas name: a part without handlers. The others' `want` says which, their `apply`
 * finds those that are published. The loop's thread. */
#ifndef SOTAY_MEETING_DOCUMENT_LOOKUP_H
#define SOTAY_MEETING_DOCUMENT_LOOKUP_H

#include "common/loop/loop.h"
#include "services/meeting/document/document.h"

extern const struct loop_part DOCUMENT_LOOKUP_PART;

void document_want(const struct loop_batch *batch, const struct uuid *id);
const struct document *document_find(const struct loop_batch *batch, const struct uuid *id); /* NULL: none */

#endif
