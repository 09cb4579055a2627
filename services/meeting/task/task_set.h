/* The tasks of a batch (../prepared/prepared_set.h): struct named_task. */
#ifndef SOTAY_MEETING_TASK_SET_H
#define SOTAY_MEETING_TASK_SET_H

#include "common/loop/loop.h"

extern const struct loop_part TASK_PART;

#endif
