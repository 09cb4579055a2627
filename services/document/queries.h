/* The queries of proto/sotay/v1/document.proto, and this service's share of ListMarks. Each runs on a query worker's
 * thread. */
#ifndef SOTAY_DOCUMENT_QUERIES_H
#define SOTAY_DOCUMENT_QUERIES_H

#include "common/service/service.h"

extern const struct query_table DOCUMENT_QUERIES;

#endif
