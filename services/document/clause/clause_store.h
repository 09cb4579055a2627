/* SQL of clauses that others take the place of (schema/, document_clause). Everything queues on the pipeline; results
 * are read after the caller's flush. The thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_CLAUSE_STORE_H
#define SOTAY_DOCUMENT_CLAUSE_STORE_H

#include "common/pg/pg.h"

/* A clause of a document, and what takes its place. */
struct clause {
    struct uuid document;
    const char *address;
    bool is_there;          /* the document has it, as far as it was read */
    struct uuid by;         /* zero: nothing */
    const char *by_address; /* NULL: no clause in particular */
};

/* For a batch: pairs of document and address, a row for each. Not locked: who writes them holds the document's lock. */
struct pg_args *clause_store_pairs(TALLOC_CTX *ctx);
void clause_store_add_pair(struct pg_args *args, const struct uuid *document, const char *address);
void clause_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct clause *ret_clause);

/* Rows of (a document of `by`, one of which clauses it takes the place of), each once. */
struct pg_result *clause_store_heads(TALLOC_CTX *ctx, struct pg *pg, const struct uuid by[], size_t n);

/* What a batch changed, whole rows. Queue the result. */
struct pg_args *clause_store_rows(TALLOC_CTX *ctx);
void clause_store_add(struct pg_args *args, const struct clause *clause);

#endif
