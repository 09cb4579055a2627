/* `meeting republish`: every published meeting once more as an event, so that a new or lost projection elsewhere is
 * rebuilt. Those who know the version, or the notification, drop it. */
#ifndef SOTAY_MEETING_MEETING_REPUBLISH_H
#define SOTAY_MEETING_MEETING_REPUBLISH_H

#include "common/service/service.h"

/* Queues in chunks, each its own transaction. Blocks. */
MUST_CHECK enum err meeting_republish(struct service *service, struct pg *pg);

#endif
