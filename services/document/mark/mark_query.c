#include "services/document/mark/mark_query.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/directory/store.h"
#include "services/document/acknowledgement/acknowledgement_store.h"
#include "services/document/document/document_page.h"
#include "services/document/document/document_view.h"
#include "services/document/host/host_store.h"

enum { MARK_DAYS = 60 };

struct marks {
    struct document_page page;
    bool is_suspended;
    struct uuid_map *acknowledged; /* int64_t, by document */
};

/* The statement left out what he may not read. */
static struct document_actor actor_of(const struct marks *marks, const struct document *document)
{
    const struct host *host = uuid_map_get(marks->page.hosts, &document->organization);
    const struct uuid *member = &marks->page.scope.member;
    return (struct document_actor){
        .is_suspended = marks->is_suspended,
        .reader = {.is_member = true,
                   .is_addressed = true,
                   .standing = host ? directory_scope_standing(&marks->page.scope, &host->org) : 0,
                   .is_named = audience_names(&document->audience, member),
                   .is_author = uuid_equal(&document->author, member)},
    };
}

static Pb__Mark *view_mark(struct query *query, const struct marks *marks, size_t i)
{
    const struct document *document = &marks->page.items[i];
    const struct document_actor actor = actor_of(marks, document);
    const int64_t *acknowledged_at_us = uuid_map_get(marks->acknowledged, &document->id);
    return document_mark_view(query->ctx, document, &actor, acknowledged_at_us ? *acknowledged_at_us : 0);
}

static enum err find_marks(struct query *query, const struct document_filter *filter, struct marks *ret_marks)
{
    struct document_page *page = &ret_marks->page;
    document_page_queue(query, filter, page);
    struct pg_result *status = directory_queue_status(query->ctx, query->pg, &page->scope.member);
    enum err err = document_page_rows(query, page);
    if (err)
        return err;
    struct pg_result *rows = acknowledgement_store_queue(query->ctx, query->pg, &page->scope.member,
                                                         uuid_map_ids(page->by_id), page->n);
    err = document_page_rest(query, page);
    if (err)
        return err;
    ret_marks->is_suspended = directory_is_suspended(status);
    ret_marks->acknowledged = acknowledgement_store_read_times(query->ctx, rows);
    return ERR_OK;
}

/* --- ListMarks (member scope) ------------------------------------------------------------------------------------- */

static Pb__MarkList *view_marks(struct query *query, const struct marks *marks, size_t limit)
{
    const struct document_page *page = &marks->page;
    Pb__MarkList *list = mem_new(query->ctx, Pb__MarkList);
    pb__mark_list__init(list);
    list->n_items = page->n < limit ? page->n : limit;
    list->items = mem_array(query->ctx, Pb__Mark *, list->n_items);
    for (size_t i = 0; i < list->n_items; i++)
        list->items[i] = view_mark(query, marks, i);
    list->has_next_cursor = page->n > limit;
    if (list->has_next_cursor)
        list->next_cursor = document_page_cursor(query, page, limit);
    return list;
}

static enum err list_marks(struct query *query)
{
    const Pb__ListMarks *body = (const Pb__ListMarks *)query->body;
    struct marks marks;
    struct uuid subject = {{0}};
    struct document_filter filter = {
        .has_since = body->has_since_us || !body->has_subject_id,
        .since_us = body->has_since_us ? body->since_us : query->now_us - MARK_DAYS * CLOCK_DAY_US,
        .ids = &subject,
        .n_ids = body->has_subject_id ? 1 : 0,
        .limit = (int64_t)body->limit + 1,
    };
    enum err err = document_page_read_cursor(query, body->has_cursor, body->cursor, &filter);
    if (!err && body->has_subject_id)
        err = uuid_from_pb(body->subject_id, &subject);
    if (!err)
        err = find_marks(query, &filter, &marks);
    if (!err)
        query->reply = &view_marks(query, &marks, body->limit)->base;
    return err;
}

/* --- GetDocumentMark: the answer to AcknowledgeDocument, asked for again ------------------------------------------ */

static enum err get_mark(struct query *query)
{
    const Pb__GetDocumentMark *body = (const Pb__GetDocumentMark *)query->body;
    struct marks marks;
    struct uuid id;
    if (uuid_from_pb(body->document_id, &id))
        return ERR_NOT_FOUND;
    enum err err = find_marks(query, &(struct document_filter){.ids = &id, .n_ids = 1}, &marks);
    if (!err && marks.page.n == 0)
        err = ERR_NOT_FOUND;
    if (!err)
        query->reply = &view_mark(query, &marks, 0)->base;
    return err;
}

static const struct query_handler QUERIES[] = {
    {&pb__list_marks__descriptor, list_marks},
    {&pb__get_document_mark__descriptor, get_mark},
};
const struct query_table MARK_QUERIES = QUERY_TABLE(QUERIES);
