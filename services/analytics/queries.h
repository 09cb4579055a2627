/* What analytics answers: dashboards, and what a member has read. */
#ifndef SOTAY_ANALYTICS_QUERIES_H
#define SOTAY_ANALYTICS_QUERIES_H

#include "common/service/service.h"

extern const struct query_table ANALYTICS_QUERIES;

#endif
