/* GetDocumentPage: where the picture of a page lies. On the service's query threads; drawing is none of theirs. */
#ifndef SOTAY_DOCUMENT_PAGE_QUERY_H
#define SOTAY_DOCUMENT_PAGE_QUERY_H

#include "common/service/service.h"

extern const struct query_table PAGE_QUERIES;

#endif
