/* Audiences in a batch: after the directory's rows are written, documents are counted for the branches that they
 * address, organisations that moved for the documents that address them, and readers by position or name are found
 * anew. It takes no events of its own. The loop's thread. */
#ifndef SOTAY_ANALYTICS_AUDIENCE_EVENTS_H
#define SOTAY_ANALYTICS_AUDIENCE_EVENTS_H

#include "common/loop/loop.h"

extern const struct loop_part AUDIENCE_PART;

#endif
