/* GetDocument, GetDocuments, ListDocuments, ListNewDocuments (proto/sotay/v1/document.proto). On the service's query
 * threads. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_QUERY_H
#define SOTAY_DOCUMENT_DOCUMENT_QUERY_H

#include "common/service/service.h"

extern const struct query_table DOCUMENT_QUERIES;

#endif
