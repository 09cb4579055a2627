/* GetMeeting and ListMeetings. Answers depend on the scope alone, so that the gateway may share them. */
#ifndef SOTAY_MEETING_MEETING_QUERY_H
#define SOTAY_MEETING_MEETING_QUERY_H

#include "common/service/service.h"

extern const struct query_table MEETING_QUERIES;

#endif
