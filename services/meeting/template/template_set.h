/* The agenda templates of a batch (../prepared/prepared_set.h): struct agenda_template. */
#ifndef SOTAY_MEETING_TEMPLATE_SET_H
#define SOTAY_MEETING_TEMPLATE_SET_H

#include "common/loop/loop.h"

extern const struct loop_part TEMPLATE_PART;

#endif
