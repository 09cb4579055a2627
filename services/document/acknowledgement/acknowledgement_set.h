/* The acknowledgements of a batch: a part without handlers, which loads what was wanted and writes what is new, under
 * the locks of their documents. The loop's thread. */
#ifndef SOTAY_DOCUMENT_ACKNOWLEDGEMENT_SET_H
#define SOTAY_DOCUMENT_ACKNOWLEDGEMENT_SET_H

#include "common/loop/loop.h"

extern const struct loop_part ACKNOWLEDGEMENT_PART;

void acknowledgement_set_want(const struct loop_batch *batch, const struct uuid *document, const struct uuid *member);
/* When a member of a pair that was wanted has acknowledged the document: `now_us`, which is kept, if not before. */
int64_t acknowledgement_set_keep(const struct loop_batch *batch, const struct uuid *document, const struct uuid *member,
                                 int64_t now_us);

#endif
