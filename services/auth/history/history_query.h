/* ListHistory, on a query worker's thread. */
#ifndef SOTAY_AUTH_HISTORY_QUERY_H
#define SOTAY_AUTH_HISTORY_QUERY_H

#include "common/service/service.h"

extern const struct query_table HISTORY_QUERIES;

#endif
