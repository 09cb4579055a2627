/* Readings in a batch: what phones report on the topic `activity`, and whose branch of the time the directory tells. The
 * loop's thread. */
#ifndef SOTAY_ANALYTICS_READING_EVENTS_H
#define SOTAY_ANALYTICS_READING_EVENTS_H

#include "common/loop/loop.h"

extern const struct loop_part READING_PART;

#endif
