/* The part of a batch that makes inbox items, and the pushes that ring for them, of what meetings and documents
 * tell. */
#ifndef SOTAY_NOTIFICATION_ITEM_EVENTS_H
#define SOTAY_NOTIFICATION_ITEM_EVENTS_H

#include "common/loop/loop.h"

extern const struct loop_part ITEM_PART; /* behind MEMBERSHIP_PART: it counts whom an item reaches */

#endif
