/* How many will read what a batch's commands make or change: a part without handlers, which counts each command's
 * audience once. The loop's thread. */
#ifndef SOTAY_DOCUMENT_READERS_H
#define SOTAY_DOCUMENT_READERS_H

#include "common/loop/loop.h"
#include "services/document/readers/readers_store.h"

extern const struct loop_part READERS_PART;

void readers_want(const struct loop_batch *batch, const struct readers_asked *asked); /* in `want` */
/* In `apply`: as `message` asked; 0 where it asked nothing. */
int64_t readers_counted(const struct loop_batch *batch, const struct uuid *message);

#endif
