/* GetNamedFiles: asked by the gateway's sweep alone, without a scope. */
#ifndef SOTAY_DOCUMENT_FILE_QUERY_H
#define SOTAY_DOCUMENT_FILE_QUERY_H

#include "common/service/service.h"

extern const struct query_table FILE_QUERIES;

#endif
