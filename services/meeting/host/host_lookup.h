/* The organisations whose meetings a batch is about: a part without handlers. The others' `want` says which, their
 * `apply` finds them. The loop's thread. */
#ifndef SOTAY_MEETING_HOST_LOOKUP_H
#define SOTAY_MEETING_HOST_LOOKUP_H

#include "common/base/uuid_map.h"
#include "common/loop/loop.h"
#include "services/meeting/host/host.h"

extern const struct loop_part HOST_PART;

void host_want(const struct loop_batch *batch, const struct uuid *org); /* with contact, counts and rules */
/* Contact, counts and rules of the organisation that convened a meeting, which itself comes with the meeting. */
void host_want_audience_of(const struct loop_batch *batch, const struct uuid *meeting);

/* struct meeting_host of those known so far: a part before this one adds those that came with its own rows. */
struct uuid_map *host_known(const struct loop_batch *batch);
const struct meeting_host *host_find(const struct loop_batch *batch, const struct uuid *org); /* NULL: unknown */

#endif
