/* Contents in the database: four columns of the document's row, and the text itself in document_text (schema/).
 * Everything queues on the pipeline; the thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_CONTENT_STORE_H
#define SOTAY_DOCUMENT_CONTENT_STORE_H

#include "common/pg/pg.h"
#include "services/directory/audience_store.h"
#include "services/document/content/content.h"

#define CONTENT_COLUMNS "d.sha256, d.bytes, d.media_type, d.is_text" /* d is the document's row */
/* From `column` on, in the order of CONTENT_COLUMNS. */
void content_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column,
                        struct content *ret_content);
/* Four parameters of an `each` statement in that order. */
void content_store_add(struct pg_args *args, const struct content *content);

/* The texts of a batch: a new content takes the place of the text that was. */
struct content_writes {
    struct pg_args *gone, *texts;
};
struct content_writes content_store_writes(TALLOC_CTX *ctx);
void content_store_add_text(struct content_writes *writes, const struct uuid *document, const struct content *content);
void content_store_queue_texts(struct pg *pg, const struct content_writes *writes);

/* A document's content as its reader gets it. One row, or none when it is not visible, or never had a version of that
 * number (0: the newest). */
struct content_file {
    struct content content;
    bool is_restricted, is_withdrawn;
    const char *name; /* number or title without accents */
    int32_t pages;    /* of the newest; 0: it was not read yet, or has none */
};
struct pg_result *content_store_queue_file(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                           const struct uuid *document, int32_t version_no);
void content_store_read_file(TALLOC_CTX *ctx, const struct pg_result *rows, struct content_file *ret_file);

#endif
