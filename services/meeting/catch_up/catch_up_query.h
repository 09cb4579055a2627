/* What of meetings a member missed since he looked last (S10): those that have begun, and answers to his comments. */
#ifndef SOTAY_MEETING_CATCH_UP_QUERY_H
#define SOTAY_MEETING_CATCH_UP_QUERY_H

#include "common/service/service.h"

extern const struct query_table CATCH_UP_QUERIES;

#endif
