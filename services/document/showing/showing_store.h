/* Who finds a document's passages in a search, as the document's row says (passage/numbers_store.h). SHOWING_AT_ONCE of
 * them are changed in one transaction; what is left is a row of showing_job, and the worker's (showing_worker.h). The
 * document's row is locked, whoever does it, so that both go by its newest state. The thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_SHOWING_SHOWING_STORE_H
#define SOTAY_DOCUMENT_SHOWING_SHOWING_STORE_H

#include "common/pg/pg.h"

enum { SHOWING_AT_ONCE = 50 }; /* passages, of all documents of a transaction: some 70 ms */

/* Documents whose rows or passages may have changed: queued behind those. */
struct pg_args *showing_store_args(TALLOC_CTX *ctx);
void showing_store_add(struct pg_args *args, const struct uuid *document);

/* Some more passages of the document that has waited longest and that nobody else has locked; makes its round trips.
 * *ret_found false: none waits. */
MUST_CHECK enum err showing_store_turn(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, bool *ret_found);

#endif
