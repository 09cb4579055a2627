/* GetExport, FindExport: whether somebody's export is there and has not expired. On a query worker's thread. */
#ifndef SOTAY_AUTH_EXPORT_QUERY_H
#define SOTAY_AUTH_EXPORT_QUERY_H

#include "common/service/service.h"

extern const struct query_table EXPORT_QUERIES;

#endif
