/* The projections loop: what others' events make of inboxes, devices and pushes. */
#ifndef SOTAY_NOTIFICATION_EVENTS_H
#define SOTAY_NOTIFICATION_EVENTS_H

#include "common/loop/loop.h"

extern const struct loop_part NOTIFICATION_PROJECTION_PART; /* behind DIRECTORY_PART: memberships follow its rows */

#endif
