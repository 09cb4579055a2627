/* ListDocumentComments, GetDocumentComment, ListOwnDocumentComments. On the service's query threads. */
#ifndef SOTAY_DOCUMENT_COMMENT_QUERY_H
#define SOTAY_DOCUMENT_COMMENT_QUERY_H

#include "common/service/service.h"

extern const struct query_table COMMENT_QUERIES;

#endif
