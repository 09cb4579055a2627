/* Notifications that were taken back (notification.events): a reminder among them was none. The loop's thread. */
#ifndef SOTAY_MEETING_RECALL_EVENTS_H
#define SOTAY_MEETING_RECALL_EVENTS_H

#include "common/loop/loop.h"

extern const struct loop_part RECALL_EVENTS_PART;

#endif
