/* GetRules: what holds in an organisation, for whoever sees it. On a query worker's thread. */
#ifndef SOTAY_AUTH_RULES_QUERY_H
#define SOTAY_AUTH_RULES_QUERY_H

#include "common/service/service.h"

extern const struct query_table RULES_QUERIES;

#endif
