/* ListDocumentVersions: the files that a document has had. On the service's query threads. */
#ifndef SOTAY_DOCUMENT_VERSION_QUERY_H
#define SOTAY_DOCUMENT_VERSION_QUERY_H

#include "common/service/service.h"

extern const struct query_table VERSION_QUERIES;

#endif
