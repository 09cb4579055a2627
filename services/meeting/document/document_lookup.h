/* The documents that a batch's agendas name: a part without handlers. The others' `want` says which, their `apply`
 * finds those that are published as of the command's append time, by then heard of from document.events. The loop's
 * thread. */
#ifndef SOTAY_MEETING_DOCUMENT_LOOKUP_H
#define SOTAY_MEETING_DOCUMENT_LOOKUP_H

#include "common/loop/loop.h"
#include "services/meeting/document/document.h"

extern const struct loop_part DOCUMENT_LOOKUP_PART;

void document_want(struct loop_batch *batch, const struct uuid *id);
/* As it was for who acted at `at_us`; NULL: there was none, or it was withdrawn. */
const struct document *document_find(const struct loop_batch *batch, const struct uuid *id, int64_t at_us);

#endif
