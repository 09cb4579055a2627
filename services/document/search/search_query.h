/* SearchPassages. On the service's query threads. */
#ifndef SOTAY_DOCUMENT_SEARCH_SEARCH_QUERY_H
#define SOTAY_DOCUMENT_SEARCH_SEARCH_QUERY_H

#include "common/service/service.h"

extern const struct query_table SEARCH_QUERIES;

#endif
