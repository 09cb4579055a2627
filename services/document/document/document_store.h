/* Rows of documents, as batches and queries both read them (schema/). Everything queues on the pipeline; results are
 * read after the caller's flush. The thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_STORE_H
#define SOTAY_DOCUMENT_DOCUMENT_STORE_H

#include "common/pg/pg.h"
#include "services/directory/audience_store.h"
#include "services/document/content/content_store.h"
#include "services/document/document/document.h"

/* d is the document's row. Details come apart; the text only where it is asked for. Whether the successor is named is
 * document_names_successor. */
#define DOCUMENT_AUDIENCE AUDIENCE_COLUMNS("d")
#define DOCUMENT_COLUMNS                                                                                             \
    "d.id, d.version, d.kind, d.number, d.title, d.issued_on, d.organization_id, d.author_id, d.classification,"     \
    " d.state, " DOCUMENT_AUDIENCE ", d.readers, " CONTENT_COLUMNS ", d.extraction, d.requires_acknowledgement,"     \
    " d.event_starts_at_us, d.event_ends_at_us, d.event_place, d.created_at_us, d.publish_at_us, d.published_at_us," \
    " d.withdraw_reason, d.notify, d.notification_id, d.number_since, d.replaced_by, d.is_hidden, d.version_no,"     \
    " EXISTS (SELECT 1 FROM document s WHERE s.id = d.replaced_by AND s.state <> " SQL_DOCUMENT_STATE_DRAFT          \
    " AND NOT s.is_hidden AND (s.classification <> " SQL_CLASSIFICATION_RESTRICTED                                   \
    " OR d.classification = " SQL_CLASSIFICATION_RESTRICTED ")), d.pages, d.extraction_failure,"                     \
    " (SELECT ARRAY[sum(s.pages), max(s.total)]::int4[] FROM extraction_slice s"                                     \
    "  WHERE d.extraction = " SQL_EXTRACTION_PENDING " AND s.document_id = d.id AND s.sha256 = d.sha256"             \
    " HAVING count(*) > 0)"
enum { DOCUMENT_N_COLUMNS = 38 };
void document_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct document *ret_document);

/* These and those whose place they take, which go with them: of DOCUMENT_COLUMNS, sorted by id and locked until the
 * transaction ends. */
struct pg_result *document_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *ids, size_t n);

/* Targets, figures, and what it takes the place of, but for what is restricted. `find` returns the document that a row
 * belongs to, or NULL. */
struct document_details {
    struct pg_result *targets, *figures, *replaced;
};
struct document_details document_store_queue_details(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *documents,
                                                     size_t n);
void document_store_read_details(TALLOC_CTX *ctx, const struct document_details *details,
                                 struct document *(*find)(void *arg, const struct uuid *id), void *arg);

/* The next documents after `after` in the order of ids, drafts left out: for republishing. Of DOCUMENT_COLUMNS.
 * Blocks. */
MUST_CHECK enum err document_store_next_published(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *after,
                                                  int64_t limit, struct pg_result **ret_rows);

#endif
