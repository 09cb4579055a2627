/* GetReach: who sees documents. Asked by the gateway's streams alone, without a scope. */
#ifndef SOTAY_DOCUMENT_REACH_QUERY_H
#define SOTAY_DOCUMENT_REACH_QUERY_H

#include "common/service/service.h"

extern const struct query_table REACH_QUERIES;

#endif
