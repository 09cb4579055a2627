#include "services/analytics/reading/reading_query.h"

#include "common/base/keyset.h"
#include "common/base/mem.h"
#include "services/analytics/reading/reading_store.h"
#include "services/directory/directory.h"
#include "sotay/v1/analytics.pb-c.h"

static Pb__Mark *mark_new(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    struct uuid id = pg_get_uuid(rows, row, 1);
    Pb__Mark *mark = mem_new(ctx, Pb__Mark);
    pb__mark__init(mark);
    mark->subject = mem_new(ctx, Pb__Subject);
    pb__subject__init(mark->subject);
    mark->subject->type = (Pb__SubjectType)pg_get_int8(rows, row, 0);
    mark->subject->id = uuid_to_pb(ctx, &id);
    mark->has_read_at_us = true;
    mark->read_at_us = pg_get_int8(rows, row, 2);
    return mark;
}

static void fill_marks(struct query *query, const struct pg_result *rows, size_t limit, Pb__MarkList *list)
{
    list->n_items = pg_rows(rows) < limit ? pg_rows(rows) : limit;
    list->items = mem_array(query->ctx, Pb__Mark *, list->n_items + 1);
    for (size_t i = 0; i < list->n_items; i++)
        list->items[i] = mark_new(query->ctx, rows, i);
    if (pg_rows(rows) > limit) {
        const Pb__Mark *last = list->items[limit - 1];
        struct keyset end = {.at_us = last->read_at_us, .id = uuid_or_zero(last->subject->id)};
        list->has_next_cursor = true;
        list->next_cursor = keyset_encode(query->ctx, &end);
    }
}

static enum err answer_marks(struct query *query)
{
    const Pb__ListMarks *ask = (const Pb__ListMarks *)query->body;
    Pb__MarkList *list = mem_new(query->ctx, Pb__MarkList);
    struct directory_scope scope;
    struct uuid subject;
    struct reading_marks wanted = {.since_us = ask->has_since_us ? ask->since_us : 0,
                                   .after = {.at_us = INT64_MAX},
                                   .limit = (int64_t)ask->limit + 1};
    pb__mark_list__init(list);
    directory_scope_read(query->ctx, query->scope, &scope);
    if (!scope.has_member || (ask->has_subject_id && uuid_from_pb(ask->subject_id, &subject)))
        return ERR_NOT_FOUND;
    wanted.member = &scope.member;
    wanted.subject = ask->has_subject_id ? &subject : NULL;
    if (ask->has_cursor && keyset_decode(ask->cursor, &wanted.after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    struct pg_result *rows = reading_store_marks(query->pg, query->ctx, &wanted);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    fill_marks(query, rows, ask->limit, list);
    query->reply = &list->base;
    return ERR_OK;
}

static const struct query_handler ROWS[] = {{&pb__list_marks__descriptor, answer_marks}};
const struct query_table READING_QUERIES = QUERY_TABLE(ROWS);
