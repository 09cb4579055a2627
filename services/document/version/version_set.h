/* The files of a batch's documents: a part without handlers, which reads the texts that are there and writes what is
 * new, under the locks of their documents. The loop's thread. */
#ifndef SOTAY_DOCUMENT_VERSION_SET_H
#define SOTAY_DOCUMENT_VERSION_SET_H

#include "common/loop/loop.h"
#include "services/document/document/document.h"

extern const struct loop_part VERSION_PART;

void version_set_want(const struct loop_batch *batch, const struct uuid *document);
/* The file of `next` takes the place of that of `was`, put there by this author for that reason. */
void version_set_keep(const struct loop_batch *batch, const struct document *was, const struct document *next,
                      const struct uuid *author, const char *reason, int64_t now_us);

#endif
