/* How a document looks to clients (API.md, "Shapes"): the one place, used for the answers of commands and of queries,
 * so that what an author gets back is what everybody reads. Pure; results live in ctx and borrow strings of their
 * arguments. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_VIEW_H
#define SOTAY_DOCUMENT_DOCUMENT_VIEW_H

#include "common/base/uuid_map.h"
#include "services/document/document/document.h"
#include "services/document/host/host_store.h"

/* `hosts`: struct host by id; holds the issuer and the audience's first organisation where the directory knows
 * them. */
Pb__Document *document_view(TALLOC_CTX *ctx, const struct document *document, const struct uuid_map *hosts);

/* What is one member's about it. `acknowledged_at_us` 0: he has not. */
Pb__Mark *document_mark_view(TALLOC_CTX *ctx, const struct document *document, const struct document_actor *actor,
                             int64_t acknowledged_at_us);

#endif
