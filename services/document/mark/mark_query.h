/* This service's share of ListMarks: what a member may do with documents, and what he has acknowledged. On the
 * service's query threads. */
#ifndef SOTAY_DOCUMENT_MARK_QUERY_H
#define SOTAY_DOCUMENT_MARK_QUERY_H

#include "common/service/service.h"

extern const struct query_table MARK_QUERIES;

#endif
