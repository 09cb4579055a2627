/* ListTasks, GetTask and FindTask: for those who prepare the organisation's meetings. */
#ifndef SOTAY_MEETING_TASK_QUERY_H
#define SOTAY_MEETING_TASK_QUERY_H

#include "common/service/service.h"

extern const struct query_table TASK_QUERIES;

#endif
