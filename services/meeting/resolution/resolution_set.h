/* Which meetings documents settle already, for a batch: a part without handlers. The loop's thread. */
#ifndef SOTAY_MEETING_RESOLUTION_SET_H
#define SOTAY_MEETING_RESOLUTION_SET_H

#include "common/loop/loop.h"

extern const struct loop_part RESOLUTION_PART;

void resolution_set_want(const struct loop_batch *batch, const struct uuid *document);
/* NULL: it settles none. */
const struct uuid *resolution_set_find(const struct loop_batch *batch, const struct uuid *document);
/* It settles this one; `before`: what settled it until now, or zero. */
void resolution_set_keep(const struct loop_batch *batch, const struct uuid *document, const struct uuid *meeting,
                         const struct uuid *before);

#endif
