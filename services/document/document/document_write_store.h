/* What a batch writes of documents: one `each` statement a table, so that a batch costs the same few round trips as one
 * command. Owned by its context; the thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_WRITE_STORE_H
#define SOTAY_DOCUMENT_DOCUMENT_WRITE_STORE_H

#include "common/pg/pg.h"
#include "services/document/document/document.h"

/* The next state, and which parts of it are to be written beside its row. */
struct document_changed {
    struct document is;
    bool is_changed; /* false: it was only read */
    bool is_discarded;
    bool content, targets, figures;
};

struct document_writes;
struct document_writes *document_write_store_new(TALLOC_CTX *ctx);
void document_write_store_add(struct document_writes *writes, const struct document_changed *document);
void document_write_store_queue(struct document_writes *writes, struct pg *pg);

#endif
