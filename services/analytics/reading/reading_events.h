/* Readings in a batch: what phones report on the topic `activity`, and in whose branch of the time they count.
 * The loop's thread. */
#ifndef SOTAY_ANALYTICS_READING_EVENTS_H
#define SOTAY_ANALYTICS_READING_EVENTS_H

#include "common/loop/loop.h"

extern const struct loop_part READING_PART;

#endif
