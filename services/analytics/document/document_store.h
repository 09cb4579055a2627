/* SQL of fact_document (schema/). Queues on the caller's pipeline, on its thread. */
#ifndef SOTAY_ANALYTICS_DOCUMENT_STORE_H
#define SOTAY_ANALYTICS_DOCUMENT_STORE_H

#include "common/pg/pg.h"
#include "services/analytics/document/document.h"

/* Rows that document_store_get reads; the id in column 0. */
struct pg_result *document_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n);
void document_store_get(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct document *ret_document);

/* The document as it is now; one statement for each, as its lists fit into no batch. */
void document_store_write(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, const struct document *document);

#endif
