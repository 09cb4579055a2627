#include "services/document/version/version_store.h"

#include "common/base/mem.h"
#include "services/document/sight/sight_store.h"

/* --- batches ------------------------------------------------------------------------------------------------------ */

struct pg_result *version_store_queue_texts(TALLOC_CTX *ctx, struct pg *pg, const struct uuid documents[], size_t n)
{
    static const struct pg_statement SELECT_TEXTS = {
        .name = "select_texts",
        .sql = "SELECT document_id, text FROM document_text WHERE document_id = ANY($1::uuid[])"};
    return pg_queue_ids(pg, ctx, &SELECT_TEXTS, documents, n);
}

void version_store_read_texts(TALLOC_CTX *ctx, const struct pg_result *rows, struct uuid_map *texts)
{
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct uuid document = pg_get_uuid(rows, row, 0);
        uuid_map_put(texts, &document, pg_get_text(ctx, rows, row, 1));
    }
}

struct pg_args *version_store_rows(TALLOC_CTX *ctx)
{
    static const struct pg_statement INSERT_VERSIONS = {
        .name = "insert_versions",
        .each = true,
        .sql = "INSERT INTO document_version(document_id, version_no, sha256, bytes, media_type, is_text, text, reason,"
               " author_id, made_at_us) SELECT * FROM unnest($1::uuid[], $2::int4[], $3::bytea[], $4::int8[],"
               "  $5::text[], $6::bool[], $7::text[], $8::text[], $9::uuid[], $10::int8[])"};
    return pg_args(ctx, &INSERT_VERSIONS);
}

void version_store_add(struct pg_args *args, const struct version *version)
{
    pg_add_uuid(args, &version->document);
    pg_add_int4(args, version->no);
    content_store_add(args, &version->content);
    pg_add_text(args, version->content.text);
    pg_add_text(args, version->reason);
    pg_add_uuid(args, &version->author);
    pg_add_int8(args, version->at_us);
}

/* --- readers ------------------------------------------------------------------------------------------------------ */

struct pg_result *version_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                      const struct uuid *document)
{
    /* Of a document that has its first file only, that one stands in its row. */
    static const struct pg_statement SELECT_VERSIONS = {
        .name = "select_versions",
        .sql = AUDIENCE_READER
        "SELECT d.id, coalesce(v.author_id, d.author_id), coalesce(v.version_no, d.version_no),"
        " coalesce(v.sha256, d.sha256), coalesce(v.bytes, d.bytes), coalesce(v.media_type, d.media_type),"
        " coalesce(v.is_text, d.is_text), v.reason, coalesce(v.made_at_us, d.published_at_us, d.created_at_us),"
        " (SELECT m.full_name FROM directory_member m WHERE m.id = coalesce(v.author_id, d.author_id)),"
        " d.state = " SQL_DOCUMENT_STATE_WITHDRAWN ", d.classification = " SQL_CLASSIFICATION_RESTRICTED
        " FROM (SELECT d.*" SIGHT_FROM " AND d.id = $7::uuid) d"
        " LEFT JOIN document_version v ON v.document_id = d.id ORDER BY v.version_no DESC"};
    struct pg_args *args = pg_args(ctx, &SELECT_VERSIONS);
    audience_store_add_reader(ctx, args, scope);
    pg_add_uuid(args, document);
    return pg_queue(pg, args);
}

void version_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct seen_version *ret_version)
{
    *ret_version = (struct seen_version){
        .is = {.document = pg_get_uuid(rows, row, 0),
               .author = pg_get_uuid(rows, row, 1),
               .no = (int32_t)pg_get_int8(rows, row, 2),
               .reason = pg_get_text(ctx, rows, row, 7),
               .at_us = pg_get_int8(rows, row, 8)},
        .author_name = pg_get_text(ctx, rows, row, 9),
        .is_withdrawn = pg_get_bool(rows, row, 10),
        .is_restricted = pg_get_bool(rows, row, 11),
    };
    content_store_read(ctx, rows, row, 3, &ret_version->is.content);
}
