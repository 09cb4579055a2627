/* Files that wait to be read, and what reading them gave: extraction_job, extraction_slice, and of a document's row
 * `extraction`, `extraction_failure` and `pages` (schema/). Functions of batches queue on the pipeline; the worker's
 * make their round trips. The thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_EXTRACTION_EXTRACTION_STORE_H
#define SOTAY_DOCUMENT_EXTRACTION_EXTRACTION_STORE_H

#include "common/loop/loop.h"
#include "services/document/content/content.h"
#include "services/document/extract/output.h"
#include "services/document/passage/passage_store.h"

/* --- a batch's ---------------------------------------------------------------------------------------------------- */

/* New contents: a text's passages are written with it, a file gets a job. */
struct extraction_writes {
    TALLOC_CTX *ctx;
    struct passage_writes passages;
    struct pg_args *jobs, *ended, *shown;
};
struct extraction_writes extraction_store_writes(TALLOC_CTX *ctx);
void extraction_store_add(struct extraction_writes *writes, const struct uuid *document, const struct content *content);
/* Its row may have changed: who finds its passages. */
void extraction_store_add_document(struct extraction_writes *writes, const struct uuid *document);
void extraction_store_queue(struct pg *pg, const struct extraction_writes *writes); /* behind the document's own row */

/* --- the worker's ------------------------------------------------------------------------------------------------- */

struct extraction_job {
    struct uuid document, holder;
    uint8_t sha256[CONTENT_SHA256_BYTES];
    int32_t attempts;   /* with this one, whoever began them and did not end them, since its last slice */
    int32_t put_off;    /* so often since then, through no fault of the file's */
    int32_t killed;     /* so often in a row, and before that by nothing else */
    int32_t pages_read; /* by its slices */
    int64_t said_bytes; /* that they hold */
    const char *text;   /* it is none of a file: this is to be divided */
};
/* Takes one that nobody has and that does not rest, and counts the attempt; of those that were never taken the newest
 * document's. *ret_found false: none waits. */
MUST_CHECK enum err extraction_store_take(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *holder,
                                          int64_t leased_until_us, struct extraction_job *ret_job, bool *ret_found);
/* ERR_OWNER_LOST: it is another's, or of another content. */
MUST_CHECK enum err extraction_store_renew(struct pg *pg, TALLOC_CTX *ctx, const struct extraction_job *job,
                                           int64_t leased_until_us);
enum extraction_rest {
    EXTRACTION_STOPPED, /* its service ends */
    EXTRACTION_PUT_OFF, /* the machine did not let it be read */
    EXTRACTION_KILLED,  /* likewise: it killed the reader */
    EXTRACTION_COUNTS,  /* the attempt failed by itself */
};
/* Nobody takes it before then. */
MUST_CHECK enum err extraction_store_let_go(struct pg *pg, TALLOC_CTX *ctx, const struct extraction_job *job,
                                            int64_t rests_until_us, enum extraction_rest why);
/* How many were put off so often, one time after the other. */
MUST_CHECK enum err extraction_store_count_put_off(struct pg *pg, TALLOC_CTX *ctx, int32_t times, int64_t *ret_n);

struct extraction_slice {
    int32_t pages, total;     /* that it has, and the whole file */
    ProtobufCBinaryData said; /* by the child (extract/output.h) */
};
/* Keeps the next slice, behind which reading goes on whoever takes the job: when others had their turn. ERR_OWNER_LOST:
 * nothing was written. */
MUST_CHECK enum err extraction_store_keep(struct pg *pg, TALLOC_CTX *ctx, const struct extraction_job *job,
                                          const struct extraction_slice *slice, int64_t now_us);
/* Of a job: what its slices said, in their order, owned by ctx. */
MUST_CHECK enum err extraction_store_slices(struct pg *pg, TALLOC_CTX *ctx, const struct extraction_job *job,
                                            struct extraction_slice **ret_slices, size_t *ret_n);

struct extraction_result {
    enum extract_end end; /* other than EXTRACT_DONE: it has no text, and the document says why */
    int32_t pages;        /* 0: it has none */
    const struct passage *passages;
    size_t n;
};
/* Passages, the document's row and the end of the job in one commit, with what the loop is to tell. ERR_OWNER_LOST:
 * nothing was written. */
MUST_CHECK enum err extraction_store_finish(struct pg *pg, TALLOC_CTX *ctx, const struct extraction_job *job,
                                            const struct extraction_result *result, int64_t now_us);

#endif
