/* ListPassages, GetPassage. On the service's query threads. */
#ifndef SOTAY_DOCUMENT_PASSAGE_PASSAGE_QUERY_H
#define SOTAY_DOCUMENT_PASSAGE_PASSAGE_QUERY_H

#include "common/service/service.h"

extern const struct query_table PASSAGE_QUERIES;

#endif
