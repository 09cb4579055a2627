#include "services/meeting/comment/comment_store.h"

#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_list_store.h"

/* c is the comment's row. With the names of its people. */
#define COLUMNS                                                                                         \
    "c.id, c.meeting_id, c.agenda_item_id, c.author_id, c.entered_by, c.text, c.visibility, c.channel," \
    " c.created_at_us, c.answer_author_id, c.answer_text, c.answered_at_us,"                            \
    " (SELECT a.full_name FROM directory_member a WHERE a.id = c.author_id),"                           \
    " (SELECT a.full_name FROM directory_member a WHERE a.id = c.answer_author_id)"

void comment_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct named_comment *ret_comment)
{
    ret_comment->is = (struct comment){
        .id = pg_get_uuid(rows, row, 0),
        .meeting = pg_get_uuid(rows, row, 1),
        .agenda_item = pg_get_uuid(rows, row, 2),
        .author = pg_get_uuid(rows, row, 3),
        .entered_by = pg_get_uuid(rows, row, 4),
        .text = pg_get_text(ctx, rows, row, 5),
        .visibility = (Pb__CommentVisibility)pg_get_int8(rows, row, 6),
        .channel = (Pb__Channel)pg_get_int8(rows, row, 7),
        .created_at_us = pg_get_int8(rows, row, 8),
        .answer_author = pg_get_uuid(rows, row, 9),
        .answer_text = pg_get_text(ctx, rows, row, 10),
        .answered_at_us = pg_get_int8(rows, row, 11),
    };
    ret_comment->author = pg_get_text(ctx, rows, row, 12);
    ret_comment->answer_author = pg_get_text(ctx, rows, row, 13);
}

struct named_comment *comment_store_read_all(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    struct named_comment *comments = mem_array(ctx, struct named_comment, pg_rows(rows));
    for (size_t row = 0; row < pg_rows(rows); row++)
        comment_store_read(ctx, rows, row, &comments[row]);
    return comments;
}

struct pg_result *comment_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *comments)
{
    static const struct pg_statement LOCK_COMMENTS = {
        .name = "lock_comments",
        .sql = "SELECT " COLUMNS " FROM meeting_comment c WHERE c.id = ANY($1::uuid[]) ORDER BY c.id FOR UPDATE"};
    return pg_queue_ids(pg, ctx, &LOCK_COMMENTS, uuid_map_ids(comments), uuid_map_size(comments));
}

struct pg_args *comment_store_new(TALLOC_CTX *ctx)
{
    static const struct pg_statement INSERT_COMMENTS = {
        .name = "insert_comments",
        .each = true,
        .sql = "INSERT INTO meeting_comment(id, meeting_id, agenda_item_id, author_id, entered_by, text, visibility,"
               "  channel, created_at_us, answer_author_id, answer_text, answered_at_us)"
               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[],"
               "  $7::int4[], $8::int4[], $9::int8[], $10::uuid[], $11::text[], $12::int8[])"};
    return pg_args(ctx, &INSERT_COMMENTS);
}

void comment_store_add(struct pg_args *args, const struct comment *comment)
{
    pg_add_uuid(args, &comment->id);
    pg_add_uuid(args, &comment->meeting);
    pg_add_uuid_or_null(args, &comment->agenda_item);
    pg_add_uuid(args, &comment->author);
    pg_add_uuid_or_null(args, &comment->entered_by);
    pg_add_text(args, comment->text);
    pg_add_int4(args, (int32_t)comment->visibility);
    pg_add_int4(args, (int32_t)comment->channel);
    pg_add_int8(args, comment->created_at_us);
    pg_add_uuid_or_null(args, &comment->answer_author);
    pg_add_text(args, comment->answer_text);
    pg_add_time_or_null(args, comment->answered_at_us);
}

struct pg_args *comment_store_answers(TALLOC_CTX *ctx)
{
    static const struct pg_statement UPDATE_ANSWERS = {
        .name = "update_answers",
        .each = true,
        .sql = "UPDATE meeting_comment SET answer_author_id = n.author, answer_text = n.text, answered_at_us = n.at_us"
               " FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int8[]) n(id, author, text, at_us)"
               " WHERE meeting_comment.id = n.id"};
    return pg_args(ctx, &UPDATE_ANSWERS);
}

void comment_store_add_answer(struct pg_args *args, const struct comment *comment)
{
    pg_add_uuid(args, &comment->id);
    pg_add_uuid(args, &comment->answer_author);
    pg_add_text(args, comment->answer_text);
    pg_add_int8(args, comment->answered_at_us);
}

struct pg_result *comment_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                      const struct comment_filter *filter)
{
    static const struct pg_statement SELECT_COMMENTS = {
        .name = "select_comments",
        .sql = "SELECT " COLUMNS " FROM meeting_comment c JOIN meeting m ON m.id = c.meeting_id"
               " WHERE c.meeting_id = $5::uuid AND " MEETING_WHOLE " AND (c.visibility = " SQL_COMMENT_VISIBILITY_BRANCH
               " OR ($6::uuid IS NOT NULL"
               "   AND (m.organization_id = ANY($2::uuid[]) OR c.author_id = $6::uuid)))"
               " AND ($7::uuid IS NULL OR c.id = $7::uuid)"
               " AND ($8::int8 IS NULL OR (c.created_at_us, c.id) > ($8::int8, $9::uuid))"
               " ORDER BY c.created_at_us, c.id LIMIT $10::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_COMMENTS);
    meeting_list_store_add_scope(args, scope);
    pg_add_uuid(args, filter->meeting);
    pg_add_uuid(args, filter->reader);
    pg_add_uuid(args, filter->id);
    pg_add_int8_or_null(args, filter->has_after, filter->after.at_us);
    pg_add_uuid(args, filter->has_after ? &filter->after.id : NULL);
    pg_add_int8(args, filter->limit);
    return pg_queue(pg, args);
}

struct pg_result *comment_store_own_queue(TALLOC_CTX *ctx, struct pg *pg, const struct comment_filter *filter)
{
    static const struct pg_statement SELECT_OWN = {
        .name = "select_own_comments",
        .sql = "SELECT " COLUMNS " FROM meeting_comment c WHERE c.author_id = $1::uuid"
               " AND ($2::int8 IS NULL OR (c.created_at_us, c.id) > ($2::int8, $3::uuid))"
               " ORDER BY c.created_at_us, c.id LIMIT $4::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_OWN);
    pg_add_uuid(args, filter->reader);
    pg_add_int8_or_null(args, filter->has_after, filter->after.at_us);
    pg_add_uuid(args, filter->has_after ? &filter->after.id : NULL);
    pg_add_int8(args, filter->limit);
    return pg_queue(pg, args);
}

struct pg_result *comment_store_answered_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                               int64_t since_us, int64_t limit)
{
    static const struct pg_statement SELECT_ANSWERED = {
        .name = "select_answered_comments",
        .sql = "SELECT " COLUMNS " FROM meeting_comment c JOIN meeting m ON m.id = c.meeting_id"
               " WHERE c.author_id = $5::uuid AND c.answered_at_us >= $6::int8 AND " MEETING_WHOLE
               " ORDER BY c.answered_at_us DESC, c.id DESC LIMIT $7::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_ANSWERED);
    meeting_list_store_add_scope(args, scope);
    pg_add_uuid(args, &scope->member);
    pg_add_int8(args, since_us);
    pg_add_int8(args, limit);
    return pg_queue(pg, args);
}
