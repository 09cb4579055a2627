/* SQL of comments (schema/, document_comment). Everything queues on the pipeline; results are read after the caller's
 * flush. The thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_COMMENT_STORE_H
#define SOTAY_DOCUMENT_COMMENT_STORE_H

#include "common/base/keyset.h"
#include "common/pg/pg.h"
#include "services/directory/directory.h"

struct comment {
    struct uuid id, document, author;
    const char *text;
    int64_t created_at_us;
};

/* What a batch has new, whole rows. Queue the result. */
struct pg_args *comment_store_rows(TALLOC_CTX *ctx);
void comment_store_add(struct pg_args *args, const struct comment *comment);

struct comment_filter {
    const struct uuid *document;
    const struct uuid *id; /* NULL: any */
    bool has_after;
    struct keyset after; /* the last comment of the page before */
    int64_t limit;
};
/* Of a document that the scope sees: where there are none, one row whose comment has no id. */
struct pg_result *comment_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                      const struct comment_filter *filter);
/* One member's, wherever he said it; `filter` names no document. */
struct pg_result *comment_store_queue_own(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member,
                                          const struct comment_filter *filter);
struct seen_comment {
    struct comment is;
    const char *author_name; /* NULL: the directory does not know him */
    bool is_restricted;      /* its document */
};
void comment_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct seen_comment *ret_comment);

#endif
