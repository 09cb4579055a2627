/* GetMeetingPack: a meeting with what belongs to it, of all that the branch sees. */
#ifndef SOTAY_MEETING_PACK_QUERY_H
#define SOTAY_MEETING_PACK_QUERY_H

#include "common/service/service.h"

extern const struct query_table PACK_QUERIES;

#endif
