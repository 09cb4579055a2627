#include "services/document/acknowledgement/acknowledgement_query.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/directory/store.h"
#include "services/document/acknowledgement/acknowledgement_store.h"
#include "services/document/document/document_texts.h"
#include "sotay/v1/home.pb-c.h"

static Pb__Subject *view_subject(TALLOC_CTX *ctx, const struct uuid *document)
{
    Pb__Subject *subject = mem_new(ctx, Pb__Subject);
    pb__subject__init(subject);
    subject->type = PB__SUBJECT_TYPE__SUBJECT_TYPE_DOCUMENT;
    subject->id = uuid_to_pb(ctx, document);
    return subject;
}

/* --- ListTodo ----------------------------------------------------------------------------------------------------- */

static Pb__Home__Todo *view_todo(TALLOC_CTX *ctx, const struct acknowledgement_owed *owed)
{
    Pb__Home__Todo *todo = mem_new(ctx, Pb__Home__Todo);
    pb__home__todo__init(todo);
    todo->kind = PB__HOME__TODO__KIND__KIND_ACKNOWLEDGE;
    todo->title = mem_printf(ctx, TEXT_TODO_ACKNOWLEDGE, owed->title);
    todo->subject = view_subject(ctx, &owed->document);
    return todo;
}

static Pb__TodoList *view_todos(struct query *query, const struct pg_result *rows)
{
    Pb__TodoList *list = mem_new(query->ctx, Pb__TodoList);
    pb__todo_list__init(list);
    list->items = mem_array(query->ctx, Pb__Home__Todo *, pg_rows(rows));
    for (; list->n_items < pg_rows(rows); list->n_items++) {
        struct acknowledgement_owed owed;
        acknowledgement_store_read_owed(query->ctx, rows, list->n_items, &owed);
        query->private_reply |= owed.is_restricted;
        list->items[list->n_items] = view_todo(query->ctx, &owed);
    }
    return list;
}

/* Who is suspended reads on, and does nothing. */
static enum err list_todo(struct query *query)
{
    const Pb__ListTodo *body = (const Pb__ListTodo *)query->body;
    struct directory_scope scope;
    directory_scope_read(query->ctx, query->scope, &scope);
    if (!scope.has_member)
        return ERR_NOT_FOUND;
    struct pg_result *status = directory_queue_status(query->ctx, query->pg, &scope.member);
    struct pg_result *rows = acknowledgement_store_queue_owed(query->ctx, query->pg, &scope, body->limit);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    static const Pb__TodoList NOTHING = PB__TODO_LIST__INIT;
    query->reply = directory_is_suspended(status) ? &NOTHING.base : &view_todos(query, rows)->base;
    return ERR_OK;
}

/* --- ListOwnAcknowledgements -------------------------------------------------------------------------------------- */

static Pb__MarkList *view_own(struct query *query, const struct pg_result *rows, size_t limit)
{
    struct acknowledgement last = {.at_us = 0};
    Pb__MarkList *list = mem_new(query->ctx, Pb__MarkList);
    pb__mark_list__init(list);
    list->items = mem_array(query->ctx, Pb__Mark *, limit);
    for (; list->n_items < pg_rows(rows) && list->n_items < limit; list->n_items++) {
        Pb__Mark *mark = mem_new(query->ctx, Pb__Mark);
        pb__mark__init(mark);
        acknowledgement_store_read(rows, list->n_items, &last);
        mark->subject = view_subject(query->ctx, &last.document);
        mark->has_acknowledged_at_us = true;
        mark->acknowledged_at_us = last.at_us;
        list->items[list->n_items] = mark;
    }
    list->has_next_cursor = pg_rows(rows) > list->n_items;
    if (list->has_next_cursor)
        list->next_cursor = keyset_encode(query->ctx, &(struct keyset){last.at_us, last.document});
    return list;
}

static enum err list_own_acknowledgements(struct query *query)
{
    const Pb__ListOwnAcknowledgements *body = (const Pb__ListOwnAcknowledgements *)query->body;
    struct directory_scope scope;
    struct keyset after;
    directory_scope_read(query->ctx, query->scope, &scope);
    if (!scope.has_member)
        return ERR_NOT_FOUND;
    if (body->has_cursor && keyset_decode(body->cursor, &after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    struct pg_result *rows = acknowledgement_store_queue_own(
        query->ctx, query->pg, &scope.member, body->has_cursor ? &after : NULL, (int64_t)body->limit + 1);
    enum err err = pg_flush(query->pg);
    if (!err)
        query->reply = &view_own(query, rows, body->limit)->base;
    return err;
}

static const struct query_handler QUERIES[] = {
    {&pb__list_todo__descriptor, list_todo},
    {&pb__list_own_acknowledgements__descriptor, list_own_acknowledgements},
};
const struct query_table ACKNOWLEDGEMENT_QUERIES = QUERY_TABLE(QUERIES);
