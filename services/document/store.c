#include "services/document/store.h"

#include "common/base/mem.h"
#include <string.h>

/* --- documents ---------------------------------------------------------------------------------------------------- */

void store_read_content(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column,
                        struct document_content *ret_content)
{
    ProtobufCBinaryData sha256 = pg_get_bytes(ctx, rows, row, column);
    *ret_content = (struct document_content){
        .bytes = pg_get_int8(rows, row, column + 1),
        .media_type = pg_get_text(ctx, rows, row, column + 2),
        .is_text = pg_get_bool(rows, row, column + 3),
    };
    if (sha256.len == sizeof ret_content->sha256)
        memcpy(ret_content->sha256, sha256.data, sha256.len);
}

void store_read_document(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct document *ret_document)
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
    };
    audience_store_read(ctx, rows, row, 10, &ret_document->audience);
    store_read_content(ctx, rows, row, 15, &ret_document->content);
}

/* --- parts -------------------------------------------------------------------------------------------------------- */

struct store_parts store_queue_parts(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *documents, size_t n)
{
    static const struct pg_statement SELECT_TARGETS = {
        .name = "select_targets",
        .sql = "SELECT document_id, id, text FROM document_target WHERE document_id = ANY($1::uuid[]) ORDER BY "
               "document_id, position"};
    static const struct pg_statement SELECT_FIGURES = {
        .name = "select_figures",
        .sql = "SELECT document_id, label, value, unit, period FROM document_figure WHERE document_id = ANY($1::uuid[])"
               " ORDER BY document_id, position"};
    struct pg_args *targets = pg_args(ctx, &SELECT_TARGETS), *figures = pg_args(ctx, &SELECT_FIGURES);
    pg_add_uuids(targets, documents, n);
    pg_add_uuids(figures, documents, n);
    return (struct store_parts){pg_queue(pg, targets), pg_queue(pg, figures)};
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

void store_read_parts(TALLOC_CTX *ctx, const struct store_parts *parts,
                      struct document *(*find)(void *arg, const struct uuid *id), void *arg)
{
    const struct {
        const struct pg_result *rows;
        void (*read)(TALLOC_CTX *, const struct pg_result *, size_t, size_t, struct document *);
    } BOTH[] = {{parts->targets, read_targets}, {parts->figures, read_figures}};
    for (size_t i = 0; i < 2; i++)
        for (size_t row = 0, n; row < pg_rows(BOTH[i].rows); row += n) {
            n = run_length(BOTH[i].rows, row);
            struct uuid id = pg_get_uuid(BOTH[i].rows, row, 0);
            struct document *document = find(arg, &id);
            if (document)
                BOTH[i].read(ctx, BOTH[i].rows, row, n, document);
        }
}

/* --- hosts -------------------------------------------------------------------------------------------------------- */

struct pg_result *store_queue_hosts(TALLOC_CTX *ctx, struct pg *pg, const struct store_hosts *named)
{
    /* roles: 1 deputy, 2 secretary, 4 officer (proto/sotay/v1/envelope.proto); a UNION, so that the plan goes by the
     * primary key */
    static const struct pg_statement SELECT_HOSTS = {
        .name = "select_hosts",
        .sql = "SELECT o.id, o.name, o.level, o.path, (SELECT count(DISTINCT p.member_id) FROM directory_position p "
               "WHERE p.to_us IS NULL"
               "  AND ((p.organization_id = o.id AND p.role IN (1, 2)) OR (p.organization_id = ANY(o.path) AND p.role "
               "= 4)))"
               " FROM directory_organization o WHERE o.id IN (SELECT unnest($1::uuid[])"
               "  UNION SELECT organization_id FROM document WHERE id = ANY($2::uuid[])"
               "  UNION SELECT organization_ids[1] FROM document WHERE id = ANY($2::uuid[]))"};
    struct pg_args *args = pg_args(ctx, &SELECT_HOSTS);
    pg_add_uuids(args, named->orgs, named->n_orgs);
    pg_add_uuids(args, named->documents, named->n_documents);
    return pg_queue(pg, args);
}

void store_read_hosts(TALLOC_CTX *ctx, const struct pg_result *rows, struct uuid_map *hosts)
{
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct document_host *host = mem_new(ctx, struct document_host);
        host->org.id = pg_get_uuid(rows, row, 0);
        host->org.name = pg_get_text(ctx, rows, row, 1);
        host->org.level = (Pb__Level)pg_get_int8(rows, row, 2);
        host->org.path = pg_get_uuids(ctx, rows, row, 3, &host->org.n_path);
        host->keepers = pg_get_int8(rows, row, 4);
        uuid_map_put(hosts, &host->org.id, host);
    }
}
