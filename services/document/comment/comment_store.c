#include "services/document/comment/comment_store.h"

#include "services/document/sight/sight_store.h"

struct pg_args *comment_store_rows(TALLOC_CTX *ctx)
{
    static const struct pg_statement INSERT_COMMENTS = {
        .name = "insert_comments",
        .each = true,
        .sql = "INSERT INTO document_comment(id, document_id, author_id, text, created_at_us)"
               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int8[])"};
    return pg_args(ctx, &INSERT_COMMENTS);
}

void comment_store_add(struct pg_args *args, const struct comment *comment)
{
    pg_add_uuid(args, &comment->id);
    pg_add_uuid(args, &comment->document);
    pg_add_uuid(args, &comment->author);
    pg_add_text(args, comment->text);
    pg_add_int8(args, comment->created_at_us);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

#define COLUMNS                                                  \
    "c.id, c.document_id, c.author_id, c.text, c.created_at_us," \
    " (SELECT m.full_name FROM directory_member m WHERE m.id = c.author_id)"
#define BEHIND(at, id) "(" at "::int8 IS NULL OR (c.created_at_us, c.id) > (" at "::int8, " id "::uuid))"

static void add_page(struct pg_args *args, const struct comment_filter *filter)
{
    pg_add_int8_or_null(args, filter->has_after, filter->after.at_us);
    pg_add_uuid(args, filter->has_after ? &filter->after.id : NULL);
    pg_add_int8(args, filter->limit);
}

struct pg_result *comment_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                      const struct comment_filter *filter)
{
    static const struct pg_statement SELECT_COMMENTS = {
        .name = "select_comments",
        .sql = AUDIENCE_READER
        "SELECT " COLUMNS ", d.classification = " SQL_CLASSIFICATION_RESTRICTED " FROM (SELECT d.*" SIGHT_FROM
        " AND d.id = $7::uuid) d LEFT JOIN LATERAL ("
        "  SELECT c.* FROM document_comment c WHERE c.document_id = d.id AND ($8::uuid IS NULL OR c.id = $8::uuid)"
        "   AND " BEHIND("$9", "$10") " ORDER BY c.created_at_us, c.id LIMIT $11::int8) c ON true"
                                      " ORDER BY c.created_at_us, c.id"};
    struct pg_args *args = pg_args(ctx, &SELECT_COMMENTS);
    audience_store_add_reader(ctx, args, scope);
    pg_add_uuid(args, filter->document);
    pg_add_uuid(args, filter->id);
    add_page(args, filter);
    return pg_queue(pg, args);
}

struct pg_result *comment_store_queue_own(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member,
                                          const struct comment_filter *filter)
{
    static const struct pg_statement SELECT_OWN = {
        .name = "select_own_comments",
        .sql = "SELECT " COLUMNS ", false FROM document_comment c WHERE c.author_id = $1::uuid"
               " AND " BEHIND("$2", "$3") " ORDER BY c.created_at_us, c.id LIMIT $4::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_OWN);
    pg_add_uuid(args, member);
    add_page(args, filter);
    return pg_queue(pg, args);
}

void comment_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct seen_comment *ret_comment)
{
    *ret_comment = (struct seen_comment){
        .is = {.id = pg_get_uuid(rows, row, 0),
               .document = pg_get_uuid(rows, row, 1),
               .author = pg_get_uuid(rows, row, 2),
               .text = pg_get_text(ctx, rows, row, 3),
               .created_at_us = pg_get_int8(rows, row, 4)},
        .author_name = pg_get_text(ctx, rows, row, 5),
        .is_restricted = pg_get_bool(rows, row, 6),
    };
}
