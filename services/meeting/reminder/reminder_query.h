/* RemindBranches as a query: what the command would do. GetReminder: its answer, for who sends it again. */
#ifndef SOTAY_MEETING_REMINDER_QUERY_H
#define SOTAY_MEETING_REMINDER_QUERY_H

#include "common/service/service.h"

extern const struct query_table REMINDER_QUERIES;

#endif
