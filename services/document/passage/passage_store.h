/* Passages in the database (schema/). Everything queues on the pipeline; the thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_PASSAGE_PASSAGE_STORE_H
#define SOTAY_DOCUMENT_PASSAGE_PASSAGE_STORE_H

#include "common/pg/pg.h"
#include "services/directory/audience_store.h"
#include "services/document/passage/passage.h"

/* New passages take the place of those that were, and nobody finds them before they are shown (showing/). */
struct passage_writes {
    TALLOC_CTX *ctx;
    struct pg_args *gone, *rows;
};
struct passage_writes passage_store_writes(TALLOC_CTX *ctx);
void passage_store_add(struct passage_writes *writes, const struct uuid *document, const struct passage passages[],
                       size_t n);
/* The same in steps: those that were go; then n of the new ones, from the place `first` on. */
void passage_store_add_none(struct passage_writes *writes, const struct uuid *document);
void passage_store_add_from(struct passage_writes *writes, const struct uuid *document, const struct passage passages[],
                            size_t first, size_t n);
void passage_store_queue(struct pg *pg, const struct passage_writes *writes); /* behind the documents' rows */

/* --- as readers see them ------------------------------------------------------------------------------------------ */

struct passage_asked {
    struct uuid document;
    const char *address;  /* that and what is narrower; NULL: all */
    int64_t after, limit; /* of positions; -1: from the first */
};
/* A passage with the document that it is of. */
struct passage_found {
    struct uuid document;
    int32_t kind;
    const char *number, *title, *issuer; /* number NULL: it has none */
    bool is_restricted, is_withdrawn, has_issued_on;
    int32_t issued_on;
    int64_t position; /* -1: of this document there is none (behind `after`) */
    struct passage is;
    struct uuid replaced_by;         /* zero: nothing takes its place */
    const char *replaced_by_address; /* NULL: no clause in particular */
};
/* No rows: the document is not visible. */
struct pg_result *passage_store_ask(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                    const struct passage_asked *asked);
/* p is the passage's row, d the document's with `issuer`, its organisation's name, r what takes its place, which
 * PASSAGE_REPLACED joins to both; read from the first column on. */
#define PASSAGE_COLUMNS                                                                                \
    "d.id, d.kind, d.number, d.title, d.issuer, d.classification = " SQL_CLASSIFICATION_RESTRICTED "," \
    " d.issued_on, coalesce(p.position, -1), p.address, p.label, p.page, p.text,"                      \
    " d.state = " SQL_DOCUMENT_STATE_WITHDRAWN ", r.by_document_id, r.by_address"
enum { PASSAGE_N_COLUMNS = 15 };
/* Of the clause itself, or of the narrowest that it is in; named as document_names_successor says. */
#define PASSAGE_REPLACED                                                                                   \
    " LEFT JOIN LATERAL (SELECT c.by_document_id, c.by_address FROM document_clause c"                     \
    "  JOIN document n ON n.id = c.by_document_id"                                                         \
    "  WHERE c.document_id = d.id AND (c.address = p.address OR starts_with(p.address, c.address || '.'))" \
    "   AND n.state <> " SQL_DOCUMENT_STATE_DRAFT " AND NOT n.is_hidden"                                   \
    "   AND (n.classification <> " SQL_CLASSIFICATION_RESTRICTED                                           \
    "    OR d.classification = " SQL_CLASSIFICATION_RESTRICTED ")"                                         \
    "  ORDER BY length(c.address) DESC LIMIT 1) r ON true"
struct passage_found passage_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row);

#endif
