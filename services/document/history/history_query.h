/* ListDocumentHistory. On the service's query threads. */
#ifndef SOTAY_DOCUMENT_HISTORY_QUERY_H
#define SOTAY_DOCUMENT_HISTORY_QUERY_H

#include "common/service/service.h"

extern const struct query_table HISTORY_QUERIES;

#endif
