/* ListCompliance. On the service's query threads. */
#ifndef SOTAY_ANALYTICS_COMPLIANCE_QUERY_H
#define SOTAY_ANALYTICS_COMPLIANCE_QUERY_H

#include "common/service/service.h"

extern const struct query_table COMPLIANCE_QUERIES;

#endif
