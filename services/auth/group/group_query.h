/* GetGroups: for heads of the branch and administrators over it. On a query worker's thread. */
#ifndef SOTAY_AUTH_GROUP_QUERY_H
#define SOTAY_AUTH_GROUP_QUERY_H

#include "common/service/service.h"

extern const struct query_table GROUP_QUERIES;

#endif
