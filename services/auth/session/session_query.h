/* Refresh, Logout and ListSessions, on a query worker's thread. */
#ifndef SOTAY_AUTH_SESSION_QUERY_H
#define SOTAY_AUTH_SESSION_QUERY_H

#include "common/service/service.h"

extern const struct query_table SESSION_QUERIES;

#endif
