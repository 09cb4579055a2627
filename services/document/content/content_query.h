/* GetDocumentContent: the bytes of a text, or where a file's lie. On the service's query threads. */
#ifndef SOTAY_DOCUMENT_CONTENT_QUERY_H
#define SOTAY_DOCUMENT_CONTENT_QUERY_H

#include "common/service/service.h"

extern const struct query_table CONTENT_QUERIES;

#endif
