/* SQL of a document's files, one after the other (schema/, document_version). Everything queues on the pipeline;
 * results are read after the caller's flush. The thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_VERSION_STORE_H
#define SOTAY_DOCUMENT_VERSION_STORE_H

#include "common/base/uuid_map.h"
#include "common/pg/pg.h"
#include "services/directory/directory.h"
#include "services/document/content/content_store.h"

struct version {
    struct uuid document, author;
    int32_t no;
    struct content content;
    const char *reason; /* NULL: the first */
    int64_t at_us;
};

/* For a batch: the texts of documents that have one, into a map of strings by document. */
struct pg_result *version_store_queue_texts(TALLOC_CTX *ctx, struct pg *pg, const struct uuid documents[], size_t n);
void version_store_read_texts(TALLOC_CTX *ctx, const struct pg_result *rows, struct uuid_map *texts);

/* What a batch has new, whole rows. Queue the result. */
struct pg_args *version_store_rows(TALLOC_CTX *ctx);
void version_store_add(struct pg_args *args, const struct version *version);

/* All of a document that the scope sees, newest first: one at least, unless it does not see it. */
struct pg_result *version_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                      const struct uuid *document);
struct seen_version {
    struct version is;       /* without its text */
    const char *author_name; /* NULL: the directory does not know him */
    bool is_withdrawn, is_restricted;
};
void version_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct seen_version *ret_version);

#endif
