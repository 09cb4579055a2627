#include "services/document/document/document_store.h"

#include "common/base/array.h"
#include "common/base/mem.h"

/* --- documents ---------------------------------------------------------------------------------------------------- */

void document_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct document *ret_document)
{
    *ret_document = (struct document){
        .id = pg_get_uuid(rows, row, 0),
        .version = (uint64_t)pg_get_int8(rows, row, 1),
        .kind = (Pb__DocumentKind)pg_get_int8(rows, row, 2),
        .number = pg_get_text(ctx, rows, row, 3),
        .title = pg_get_text(ctx, rows, row, 4),
        .has_issued_on = !pg_is_null(rows, row, 5),
        .issued_on = (int32_t)pg_get_int8(rows, row, 5),
        .organization = pg_get_uuid(rows, row, 6),
        .author = pg_get_uuid(rows, row, 7),
        .classification = (Pb__Classification)pg_get_int8(rows, row, 8),
        .state = (Pb__DocumentState)pg_get_int8(rows, row, 9),
        .readers = pg_get_int8(rows, row, 14),
        .extraction = (Pb__Extraction)pg_get_int8(rows, row, 19),
        .requires_acknowledgement = pg_get_bool(rows, row, 20),
        .event = {pg_get_int8(rows, row, 21), pg_get_int8(rows, row, 22), pg_get_text(ctx, rows, row, 23)},
        .created_at_us = pg_get_int8(rows, row, 24),
        .publish_at_us = pg_get_int8(rows, row, 25),
        .published_at_us = pg_get_int8(rows, row, 26),
        .withdraw_reason = pg_get_text(ctx, rows, row, 27),
        .notify = (Pb__Notify)pg_get_int8(rows, row, 28),
        .notification = pg_get_uuid(rows, row, 29),
        .number_since = (int32_t)pg_get_int8(rows, row, 30),
        .replaced_by = pg_get_uuid(rows, row, 31),
        .is_hidden = pg_get_bool(rows, row, 32),
        .version_no = (int32_t)pg_get_int8(rows, row, 33),
        .is_succeeded = pg_get_bool(rows, row, 34),
        .pages = (int32_t)pg_get_int8(rows, row, 35),
        .extraction_failure = pg_get_text(ctx, rows, row, 36),
    };
    size_t n;
    const int32_t *progress = pg_get_int4s(ctx, rows, row, 37, &n);
    ret_document->pages_read = n == 2 ? progress[0] : 0;
    ret_document->pages_known = n == 2 ? progress[1] : 0;
    audience_store_read(ctx, rows, row, 10, &ret_document->audience);
    content_store_read(ctx, rows, row, 15, &ret_document->content);
}

struct pg_result *document_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *ids, size_t n)
{
    static const struct pg_statement LOCK_DOCUMENTS = {
        .name = "lock_documents",
        .sql = "SELECT " DOCUMENT_COLUMNS " FROM document d WHERE d.id = ANY(ARRAY(SELECT unnest($1::uuid[])"
               "  UNION SELECT o.id FROM document o WHERE o.replaced_by = ANY($1::uuid[])))"
               " ORDER BY d.id FOR UPDATE"};
    return pg_queue_ids(pg, ctx, &LOCK_DOCUMENTS, ids, n);
}

enum err document_store_next_published(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *after, int64_t limit,
                                       struct pg_result **ret_rows)
{
    static const struct pg_statement SELECT_PUBLISHED = {
        .name = "select_published",
        .sql = "SELECT " DOCUMENT_COLUMNS " FROM document d WHERE d.state <> " SQL_DOCUMENT_STATE_DRAFT
               " AND d.id > $1::uuid ORDER BY d.id LIMIT $2::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_PUBLISHED);
    pg_add_uuid(args, after);
    pg_add_int8(args, limit);
    return pg_run(pg, args, ret_rows);
}

/* --- details ------------------------------------------------------------------------------------------------------ */

struct document_details document_store_queue_details(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *documents,
                                                     size_t n)
{
    static const struct pg_statement SELECT_TARGETS = {
        .name = "select_targets",
        .sql = "SELECT document_id, id, text FROM document_target WHERE document_id = ANY($1::uuid[])"
               " ORDER BY document_id, position"};
    static const struct pg_statement SELECT_FIGURES = {
        .name = "select_figures",
        .sql = "SELECT document_id, label, value, unit, period FROM document_figure WHERE document_id = ANY($1::uuid[])"
               " ORDER BY document_id, position"};
    static const struct pg_statement SELECT_REPLACED = {
        .name = "select_replaced",
        .sql = "SELECT replaced_by, id, number FROM document WHERE replaced_by = ANY($1::uuid[])"
               " AND classification <> " SQL_CLASSIFICATION_RESTRICTED " AND NOT is_hidden ORDER BY replaced_by, id"};
    return (struct document_details){.targets = pg_queue_ids(pg, ctx, &SELECT_TARGETS, documents, n),
                                     .figures = pg_queue_ids(pg, ctx, &SELECT_FIGURES, documents, n),
                                     .replaced = pg_queue_ids(pg, ctx, &SELECT_REPLACED, documents, n)};
}

/* Rows from `row` on of the same document. */
static size_t run_length(const struct pg_result *rows, size_t row)
{
    struct uuid first = pg_get_uuid(rows, row, 0);
    size_t n = 1;
    for (; row + n < pg_rows(rows); n++) {
        struct uuid id = pg_get_uuid(rows, row + n, 0);
        if (!uuid_equal(&id, &first))
            break;
    }
    return n;
}

static void read_targets(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, size_t n, struct document *document)
{
    struct document_target *targets = mem_array(ctx, struct document_target, n);
    for (size_t i = 0; i < n; i++)
        targets[i] = (struct document_target){pg_get_uuid(rows, row + i, 1), pg_get_text(ctx, rows, row + i, 2)};
    document->targets = targets;
    document->n_targets = n;
}

static void read_figures(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, size_t n, struct document *document)
{
    struct document_figure *figures = mem_array(ctx, struct document_figure, n);
    for (size_t i = 0; i < n; i++)
        figures[i] = (struct document_figure){pg_get_text(ctx, rows, row + i, 1), pg_get_float8(rows, row + i, 2),
                                              pg_get_text(ctx, rows, row + i, 3), pg_get_text(ctx, rows, row + i, 4)};
    document->figures = figures;
    document->n_figures = n;
}

static void read_replaced(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, size_t n,
                          struct document *document)
{
    struct document_replaced *replaces = mem_array(ctx, struct document_replaced, n);
    for (size_t i = 0; i < n; i++)
        replaces[i] = (struct document_replaced){pg_get_uuid(rows, row + i, 1), pg_get_text(ctx, rows, row + i, 2)};
    document->replaces = replaces;
    document->n_replaces = n;
}

void document_store_read_details(TALLOC_CTX *ctx, const struct document_details *details,
                                 struct document *(*find)(void *arg, const struct uuid *id), void *arg)
{
    const struct {
        const struct pg_result *rows;
        void (*read)(TALLOC_CTX *, const struct pg_result *, size_t, size_t, struct document *);
    } ALL[] = {{details->targets, read_targets}, {details->figures, read_figures}, {details->replaced, read_replaced}};
    for (size_t i = 0; i < ARRAY_LENGTH(ALL); i++)
        for (size_t row = 0, n; row < pg_rows(ALL[i].rows); row += n) {
            n = run_length(ALL[i].rows, row);
            struct uuid id = pg_get_uuid(ALL[i].rows, row, 0);
            struct document *document = find(arg, &id);
            if (document)
                ALL[i].read(ctx, ALL[i].rows, row, n, document);
        }
}
