/* All SQL of the document service (schema/001_document.sql).
 *
 *   store.c        rows that batches and queries both read: documents, their parts, hosts
 *   store_work.c   the commands loop's working set: names → one round trip → state
 *   store_write.c  what the handlers changed, each table once a batch
 *   store_query.c  pages of documents for readers, by the visibility predicate
 *
 * Everything queues on the pipeline; results are read after the caller's flush. One thread: the owner of the pg. */
#ifndef SOTAY_DOCUMENT_STORE_H
#define SOTAY_DOCUMENT_STORE_H

#include "common/base/uuid_map.h"
#include "common/loop/loop.h"
#include "common/pg/pg.h"
#include "services/directory/audience_store.h"
#include "services/document/document.h"
#include "services/document/view.h"

/* --- shared rows (store.c) ---------------------------------------------------------------------------------------- */

/* d is the document's row. Targets and figures come apart; the text only where it is asked for. */
#define STORE_DOCUMENT_COLUMNS                                                                                         \
    "d.id, d.version, d.kind, d.number, d.title, d.issued_on, d.organization_id, d.author_id, d.classification, "      \
    "d.state,"                                                                                                         \
    " " AUDIENCE_COLUMNS(                                                                                              \
        "d") ", d.readers, d.sha256, d.bytes, d.media_type, d.is_text, "                                               \
             "d.extraction,"                                                                                           \
             " d.requires_acknowledgement, d.event_starts_at_us, d.event_ends_at_us, d.event_place, d.created_at_us, " \
             "d.publish_at_us,"                                                                                        \
             " d.published_at_us, d.withdraw_reason, d.notify, d.notification_id"
void store_read_document(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct document *ret_document);

/* sha256, bytes, media_type, is_text, from `column` on. */
void store_read_content(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column,
                        struct document_content *ret_content);

/* Targets and figures. `find` returns the document that a row belongs to, or NULL. */
struct store_parts {
    struct pg_result *targets, *figures;
};
struct store_parts store_queue_parts(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *documents, size_t n);
void store_read_parts(TALLOC_CTX *ctx, const struct store_parts *parts,
                      struct document *(*find)(void *arg, const struct uuid *id), void *arg);

/* Organisations, named by themselves or by their documents (issuers, and the first that is addressed), into a map of
 * struct document_host. */
struct store_hosts {
    const struct uuid *orgs, *documents;
    size_t n_orgs, n_documents;
};
struct pg_result *store_queue_hosts(TALLOC_CTX *ctx, struct pg *pg, const struct store_hosts *named);
void store_read_hosts(TALLOC_CTX *ctx, const struct pg_result *rows, struct uuid_map *hosts);

/* --- the working set of a batch of commands (store_work.c) -------------------------------------------------------- */

struct work_document {
    struct document is;
    bool changed, content_changed, targets_changed, figures_changed; /* to be written; these parts */
};

struct work {
    TALLOC_CTX *ctx;
    struct directory_set *people; /* and the organisations that bodies name */
    struct uuid_map *documents;   /* struct work_document */
    struct uuid_map *hosts;       /* struct document_host */
    struct uuid_map *readers;     /* int64_t, by message */
    struct uuid_map *orgs;        /* named only: hosts to load */
    struct pg_args *audiences;    /* named only: to be counted */
    struct {
        struct pg_result *documents, *hosts, *readers;
        struct store_parts parts;
    } rows;
};

/* The moments of the commands loop's part. */
void *work_new(struct loop_batch *batch);
void work_load(void *work, struct pg *pg);
enum err work_loaded(void *work);
void work_write(void *work, struct pg *pg);

/* Naming, in needs(). */
void work_name_document(struct work *work, const struct uuid *id);
void work_name_org(struct work *work, const struct uuid *id);   /* with its people who keep its documents */
void work_name_place(struct work *work, const struct uuid *id); /* only where it lies */
void work_name_person(struct work *work, const struct uuid *id);
/* How many will read it: what the body says, and where it says nothing (NULL), what the document says so far. */
void work_name_readers(struct work *work, const struct uuid *message, const struct uuid *document,
                       const struct audience *audience, bool has_classification, Pb__Classification classification);

/* State, in apply(). NULL: there is none. */
const struct document *work_document(const struct work *work, const struct uuid *id);
const struct document_host *work_host(const struct work *work, const struct uuid *org);
int64_t work_readers(const struct work *work, const struct uuid *message);

/* Makes the next state the state. */
void work_keep_document(struct work *work, const struct document *next);

/* --- reading (store_query.c) -------------------------------------------------------------------------------------- */

struct document_filter {
    const struct uuid *ids; /* n_ids 0: any */
    size_t n_ids;
    const struct uuid *organization; /* NULL: everywhere; else issued in its subtree */
    bool has_kind, has_in_force, has_from, has_to, has_since, has_before;
    bool in_force;          /* published; or else replaced or withdrawn */
    int32_t kind, from, to; /* dates, both inclusive */
    int64_t since_us;
    const char *q;     /* NULL: any; in number or title, accents aside */
    int64_t before_us; /* cursor: the last document of the page before */
    struct uuid before_id;
    int64_t limit;
};

/* Newest first; invisible ones are not there. Of STORE_DOCUMENT_COLUMNS. */
struct pg_result *store_queue_documents(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                        const struct document_filter *filter);

struct store_file {
    struct document_content content;
    bool restricted;
    const char *name;
}; /* name: number or title without accents */
/* One row, or none when it is not visible. */
struct pg_result *store_queue_file(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                   const struct uuid *document);
void store_read_file(TALLOC_CTX *ctx, const struct pg_result *rows, struct store_file *ret_file);

/* The next documents after `after` in the order of ids, drafts left out: for republishing. */
MUST_CHECK enum err store_next_published(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *after, int64_t limit,
                                         struct pg_result **ret_rows);

#endif
