/* Queries about minutes. Query workers' threads. */
#ifndef SOTAY_MEETING_MINUTES_QUERY_H
#define SOTAY_MEETING_MINUTES_QUERY_H

#include "common/service/service.h"

extern const struct query_table MINUTES_QUERIES;

#endif
