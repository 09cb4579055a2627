/* The commands on meetings but for those that change their rolls too (../roll): ScheduleMeeting, PublishMeeting,
 * CancelMeeting, DeleteMeetingDraft. */
#ifndef SOTAY_MEETING_MEETING_COMMANDS_H
#define SOTAY_MEETING_MEETING_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part MEETING_COMMANDS_PART;

#endif
