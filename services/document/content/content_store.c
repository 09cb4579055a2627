#include "services/document/content/content_store.h"

#include "services/document/sight/sight_store.h"
#include <string.h>

/* --- columns ------------------------------------------------------------------------------------------------------ */

void content_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column,
                        struct content *ret_content)
{
    ProtobufCBinaryData sha256 = pg_get_bytes(ctx, rows, row, column);
    *ret_content = (struct content){
        .bytes = pg_get_int8(rows, row, column + 1),
        .media_type = pg_get_text(ctx, rows, row, column + 2),
        .is_text = pg_get_bool(rows, row, column + 3),
    };
    if (sha256.len == sizeof ret_content->sha256)
        memcpy(ret_content->sha256, sha256.data, sha256.len);
}

void content_store_add(struct pg_args *args, const struct content *content)
{
    pg_add_bytes(args, content->sha256, sizeof content->sha256);
    pg_add_int8(args, content->bytes);
    pg_add_text(args, content->media_type);
    pg_add_bool(args, content->is_text);
}

/* --- texts -------------------------------------------------------------------------------------------------------- */

struct content_writes content_store_writes(TALLOC_CTX *ctx)
{
    static const struct pg_statement DELETE_TEXTS = {
        .name = "delete_texts", .each = true, .sql = "DELETE FROM document_text WHERE document_id = ANY($1::uuid[])"};
    static const struct pg_statement INSERT_TEXTS = {
        .name = "insert_texts",
        .each = true,
        .sql = "INSERT INTO document_text(document_id, text) SELECT * FROM unnest($1::uuid[], $2::text[])"};
    return (struct content_writes){pg_args(ctx, &DELETE_TEXTS), pg_args(ctx, &INSERT_TEXTS)};
}

void content_store_add_text(struct content_writes *writes, const struct uuid *document, const struct content *content)
{
    pg_add_uuid(writes->gone, document);
    if (!content->is_text)
        return;
    pg_add_uuid(writes->texts, document);
    pg_add_text(writes->texts, content->text);
}

void content_store_queue_texts(struct pg *pg, const struct content_writes *writes)
{
    pg_queue(pg, writes->gone);
    pg_queue(pg, writes->texts);
}

/* --- files -------------------------------------------------------------------------------------------------------- */

struct pg_result *content_store_queue_file(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                           const struct uuid *document, int32_t version_no)
{
    /* v: a version that the reader names, other than the newest, which stands in the document's row. */
    static const struct pg_statement SELECT_FILE = {
        .name = "select_file",
        .sql = AUDIENCE_READER
        "SELECT coalesce(v.sha256, d.sha256), coalesce(v.bytes, d.bytes), coalesce(v.media_type, d.media_type),"
        " coalesce(v.is_text, d.is_text), d.classification = " SQL_CLASSIFICATION_RESTRICTED ","
        " unaccent(coalesce(d.number, d.title)), CASE WHEN v.version_no IS NULL"
        "  THEN (SELECT t.text FROM document_text t WHERE t.document_id = d.id) ELSE v.text END,"
        " d.state = " SQL_DOCUMENT_STATE_WITHDRAWN ", d.pages FROM (SELECT d.*" SIGHT_FROM " AND d.id = $7::uuid) d"
        " LEFT JOIN document_version v ON v.document_id = d.id AND v.version_no = $8::int4"
        "  AND v.version_no <> d.version_no"
        " WHERE $8::int4 IS NULL OR $8::int4 = d.version_no OR v.version_no IS NOT NULL"};
    struct pg_args *args = pg_args(ctx, &SELECT_FILE);
    audience_store_add_reader(ctx, args, scope);
    pg_add_uuid(args, document);
    pg_add_int4_or_null(args, version_no > 0, version_no);
    return pg_queue(pg, args);
}

void content_store_read_file(TALLOC_CTX *ctx, const struct pg_result *rows, struct content_file *ret_file)
{
    content_store_read(ctx, rows, 0, 0, &ret_file->content);
    ret_file->is_restricted = pg_get_bool(rows, 0, 4);
    ret_file->name = pg_get_text(ctx, rows, 0, 5);
    ret_file->content.text = pg_get_text(ctx, rows, 0, 6);
    ret_file->is_withdrawn = pg_get_bool(rows, 0, 7);
    ret_file->pages = (int32_t)pg_get_int8(rows, 0, 8);
}
