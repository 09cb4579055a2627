/* The commands on meetings: a row for each of proto/sotay/v1/meeting.proto. */
#ifndef SOTAY_MEETING_MEETING_COMMANDS_H
#define SOTAY_MEETING_MEETING_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part MEETING_COMMANDS_PART;

#endif
