/* Dashboards, as they are asked for. On the service's query threads. */
#ifndef SOTAY_ANALYTICS_DASHBOARD_QUERY_H
#define SOTAY_ANALYTICS_DASHBOARD_QUERY_H

#include "common/service/service.h"

extern const struct query_table DASHBOARD_QUERIES;

#endif
