/* GetTableExport, GetTableFile. On the service's query threads. */
#ifndef SOTAY_ANALYTICS_EXPORT_QUERY_H
#define SOTAY_ANALYTICS_EXPORT_QUERY_H

#include "common/service/service.h"

extern const struct query_table EXPORT_QUERIES;

#endif
