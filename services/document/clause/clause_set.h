/* The clauses that a batch names: a part without handlers, which reads whether they are there and what takes their
 * place, and writes what changed, under the locks of their documents. The loop's thread. */
#ifndef SOTAY_DOCUMENT_CLAUSE_SET_H
#define SOTAY_DOCUMENT_CLAUSE_SET_H

#include "common/loop/loop.h"
#include "services/document/clause/clause_store.h"

extern const struct loop_part CLAUSE_PART;

void clause_set_want(const struct loop_batch *batch, const struct uuid *document, const char *address);
/* Also the documents of whose clauses this one takes the place. */
void clause_set_want_heads(const struct loop_batch *batch, const struct uuid *by);
/* Their passages name it: they are read anew. Of one that was wanted. */
void clause_set_tag_heads(struct loop_batch *batch, const struct uuid *by);
/* Of a pair that was wanted. */
const struct clause *clause_set_find(const struct loop_batch *batch, const struct uuid *document, const char *address);
/* False: it was so. */
bool clause_set_keep(const struct loop_batch *batch, const struct clause *next);

#endif
