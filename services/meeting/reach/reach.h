/* Who sees a meeting, as the gateway's streams ask (envelope.proto, Reach): meeting_may_read_header, said so that it
 * can be decided for many elsewhere. tests/unit/test_reach.c compares the two. Pure, any thread. */
#ifndef SOTAY_MEETING_REACH_H
#define SOTAY_MEETING_REACH_H

#include "services/meeting/meeting/meeting.h"

/* Of the meeting its id, version, organisation, kind and state are read. `path`: of that organisation, itself last.
 * Owned by ctx. */
Pb__Reach *meeting_reach(TALLOC_CTX *ctx, const struct meeting *meeting, const struct uuid path[], size_t n_path);

#endif
