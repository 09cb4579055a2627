/* Meetings show the titles of documents: those that name a document which became another are stale. Beside the
 * projection of documents (document/), on the projections loop's thread. */
#ifndef SOTAY_MEETING_MEETING_TITLES_H
#define SOTAY_MEETING_MEETING_TITLES_H

#include "common/loop/loop.h"

extern const struct loop_part MEETING_TITLES_PART;

#endif
