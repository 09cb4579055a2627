/* Reminders in a batch: which branches were reminded, and what was recalled. The loop's thread. */
#ifndef SOTAY_ANALYTICS_REMINDER_EVENTS_H
#define SOTAY_ANALYTICS_REMINDER_EVENTS_H

#include "common/loop/loop.h"

extern const struct loop_part REMINDER_PART;

#endif
