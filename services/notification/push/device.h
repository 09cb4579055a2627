/* The part of a batch that keeps which phones members have (auth.events). */
#ifndef SOTAY_NOTIFICATION_DEVICE_H
#define SOTAY_NOTIFICATION_DEVICE_H

#include "common/loop/loop.h"

extern const struct loop_part DEVICE_PART;

#endif
