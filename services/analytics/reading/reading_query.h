/* What a member has read: his marks, newest first. On the service's query threads. */
#ifndef SOTAY_ANALYTICS_READING_QUERY_H
#define SOTAY_ANALYTICS_READING_QUERY_H

#include "common/service/service.h"

extern const struct query_table READING_QUERIES;

#endif
