/* Organisations in a batch: one that stands elsewhere in the tree takes along all that it counts. Stands after the
 * directory's part, which writes their rows. The loop's thread. */
#ifndef SOTAY_ANALYTICS_ORGANIZATION_EVENTS_H
#define SOTAY_ANALYTICS_ORGANIZATION_EVENTS_H

#include "common/loop/loop.h"

extern const struct loop_part ORGANIZATION_PART;

/* Once the batch's messages are applied: the organisations that are to count elsewhere in the tree than they did. Owned
 * by the batch. */
const struct uuid *organizations_moved(const struct loop_batch *batch, size_t *ret_n);

#endif
