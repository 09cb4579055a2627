/* The commands on rolls: RecordAttendance, ReportAbsence, WithdrawAbsence, CheckIn. */
#ifndef SOTAY_MEETING_ROLL_COMMANDS_H
#define SOTAY_MEETING_ROLL_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part ROLL_COMMANDS_PART;

#endif
