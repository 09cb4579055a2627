/* What analytics answers: dashboards, and what a member has read. */
#ifndef SOTAY_ANALYTICS_QUERIES_H
#define SOTAY_ANALYTICS_QUERIES_H

#include "common/service/service.h"

enum { ANALYTICS_N_QUERIES = 2 };
extern const struct query_handler ANALYTICS_QUERY_HANDLERS[ANALYTICS_N_QUERIES];

#endif
