/* RecallNotification: the part of a batch that takes back what no phone has rung for yet. On the loop's thread. */
#ifndef SOTAY_NOTIFICATION_RECALL_H
#define SOTAY_NOTIFICATION_RECALL_H

#include "common/loop/loop.h"

extern const struct loop_part RECALL_PART;

#endif
