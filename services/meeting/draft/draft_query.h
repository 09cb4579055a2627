/* GetMeetingDraft: for those who prepare the organisation's meetings. */
#ifndef SOTAY_MEETING_DRAFT_QUERY_H
#define SOTAY_MEETING_DRAFT_QUERY_H

#include "common/service/service.h"

extern const struct query_table DRAFT_QUERIES;

#endif
