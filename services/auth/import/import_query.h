/* GetRoster, FindRoster, and the two files GetRosterErrors and GetRosterAbsent. On a query worker's thread. */
#ifndef SOTAY_AUTH_IMPORT_QUERY_H
#define SOTAY_AUTH_IMPORT_QUERY_H

#include "common/service/service.h"

extern const struct query_table IMPORT_QUERIES;

#endif
