/* Who reads which documents, in SQL: as audience_store.h says, but for what is hidden, which its issuer alone reads. A
 * statement of it begins with AUDIENCE_READER. The same in C: document_may_read (document.h). */
#ifndef SOTAY_DOCUMENT_SIGHT_STORE_H
#define SOTAY_DOCUMENT_SIGHT_STORE_H

#include "services/directory/audience_store.h"

/* The clauses FROM and WHERE, of rows `d`; a statement adds its own conditions. */
#define SIGHT_FROM AUDIENCE_VISIBLE_FROM("document") " AND (NOT d.is_hidden OR " AUDIENCE_KEEPS ")"

#endif
