/* ListDocumentReaders: whom a document is for, what of them the asker may see, and who has acknowledged it; who has
 * read it is for analytics to say. Answers depend on the scope alone. On the service's query threads. */
#ifndef SOTAY_DOCUMENT_READING_QUERY_H
#define SOTAY_DOCUMENT_READING_QUERY_H

#include "common/service/service.h"

extern const struct query_table READING_QUERIES;

#endif
