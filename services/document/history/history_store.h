/* SQL of what became of documents (schema/, document_history). Everything queues on the pipeline; results are read
 * after the caller's flush. The thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_HISTORY_STORE_H
#define SOTAY_DOCUMENT_HISTORY_STORE_H

#include "common/base/keyset.h"
#include "common/pg/pg.h"
#include "services/directory/directory.h"
#include "sotay/v1/document.pb-c.h"

/* What a batch has new, whole rows. Queue the result. */
struct history_entry {
    struct uuid document, actor; /* zero: the clock */
    uint64_t version;
    const Pb__DocumentHistory *is; /* without its actor */
};
struct pg_args *history_store_rows(TALLOC_CTX *ctx);
void history_store_add(TALLOC_CTX *ctx, struct pg_args *args, const struct history_entry *entry);

/* Of a document that the scope sees, newest first: what came before it was published is for its issuer. Where there is
 * none behind `before` (NULL: at all), one row without an entry. */
struct pg_result *history_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                      const struct uuid *document, const struct keyset *before, int64_t limit);
struct seen_history {
    Pb__DocumentHistory *is; /* NULL: none */
    struct keyset place;
    bool is_restricted; /* the document */
};
/* ERR_MALFORMED: the bytes are no history. */
MUST_CHECK enum err history_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                                       struct seen_history *ret_seen);

#endif
