#include "services/document/document/document_query.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/document/document/document_page.h"

static Pb__DocumentList *view_list(struct query *query, const struct document_page *page, size_t limit)
{
    Pb__DocumentList *list = mem_new(query->ctx, Pb__DocumentList);
    pb__document_list__init(list);
    list->items = mem_array(query->ctx, Pb__Document *, limit);
    for (size_t i = 0; i < page->n && i < limit; i++) {
        Pb__Document *item = document_page_view(query, page, i);
        if (!query_has_room(query, &item->base))
            break;
        list->items[list->n_items++] = item;
    }
    if (page->n > list->n_items) {
        list->has_next_cursor = true;
        list->next_cursor = document_page_cursor(query, page, list->n_items);
    }
    return list;
}

/* --- GetDocument, GetDocuments, ListDocuments --------------------------------------------------------------------- */

static enum err get_document(struct query *query)
{
    const Pb__GetDocument *body = (const Pb__GetDocument *)query->body;
    struct document_page page;
    struct uuid id;
    if (uuid_from_pb(body->document_id, &id))
        return ERR_NOT_FOUND;
    enum err err = document_page_find(query, &(struct document_filter){.ids = &id, .n_ids = 1}, &page);
    if (err)
        return err;
    if (page.n == 0)
        return ERR_NOT_FOUND;
    query->reply = &document_page_view(query, &page, 0)->base;
    query->version = page.items[0].version;
    return ERR_OK;
}

static enum err get_documents(struct query *query)
{
    const Pb__GetDocuments *body = (const Pb__GetDocuments *)query->body;
    struct document_page page = {.n = 0};
    struct uuid *ids = mem_array(query->ctx, struct uuid, body->n_document_ids);
    size_t n = 0;
    for (size_t i = 0; i < body->n_document_ids; i++)
        if (uuid_from_pb(body->document_ids[i], &ids[n]) == ERR_OK)
            n++;
    enum err err = n > 0 ? document_page_find(query, &(struct document_filter){.ids = ids, .n_ids = n}, &page) : ERR_OK;
    if (!err)
        query->reply = &view_list(query, &page, page.n)->base;
    return err;
}

static enum err list_documents(struct query *query)
{
    const Pb__ListDocuments *body = (const Pb__ListDocuments *)query->body;
    struct document_page page;
    struct uuid org = {{0}};
    struct document_filter filter = {
        .has_kind = body->has_kind,
        .kind = (int32_t)body->kind,
        .has_in_force = body->has_in_force,
        .in_force = body->in_force,
        .has_from = body->has_from,
        .from = body->from,
        .has_to = body->has_to,
        .to = body->to,
        .q = body->q && *body->q ? body->q : NULL,
        .limit = (int64_t)body->limit + 1, /* one more tells whether there is a next page */
    };
    enum err err = document_page_read_cursor(query, body->has_cursor, body->cursor, &filter);
    if (!err && body->has_organization_id)
        err = uuid_from_pb(body->organization_id, &org);
    filter.organization = body->has_organization_id ? &org : NULL;
    if (!err)
        err = document_page_find(query, &filter, &page);
    if (!err)
        query->reply = &view_list(query, &page, body->limit)->base;
    return err;
}

/* --- ListNewDocuments --------------------------------------------------------------------------------------------- */

static void ask_new(struct query *query, bool are_resolutions, struct document_page *page)
{
    const Pb__ListNewDocuments *body = (const Pb__ListNewDocuments *)query->body;
    const struct document_filter filter = {
        .has_kind = true,
        .kind = PB__DOCUMENT_KIND__DOCUMENT_KIND_RESOLUTION,
        .is_not = !are_resolutions,
        .has_in_force = true,
        .in_force = true,
        .has_since = true,
        .since_us = body->since_us,
        .limit = body->limit,
    };
    document_page_add(query, &filter, page);
}

static Pb__NewDocuments *view_new(struct query *query, const struct document_page *page)
{
    Pb__NewDocuments *view = mem_new(query->ctx, Pb__NewDocuments);
    pb__new_documents__init(view);
    view->documents = mem_array(query->ctx, Pb__Document *, page->n);
    view->resolutions = mem_array(query->ctx, Pb__Document *, page->n);
    for (size_t i = 0; i < page->n; i++) {
        Pb__Document *item = document_page_view(query, page, i);
        if (!query_has_room(query, &item->base))
            break;
        if (page->items[i].kind == PB__DOCUMENT_KIND__DOCUMENT_KIND_RESOLUTION)
            view->resolutions[view->n_resolutions++] = item;
        else
            view->documents[view->n_documents++] = item;
    }
    return view;
}

static enum err list_new_documents(struct query *query)
{
    struct document_page page;
    document_page_begin(query, &page);
    ask_new(query, true, &page);
    ask_new(query, false, &page);
    enum err err = document_page_rows(query, &page);
    if (!err)
        err = document_page_rest(query, &page);
    if (!err)
        query->reply = &view_new(query, &page)->base;
    return err;
}

static const struct query_handler QUERIES[] = {
    {&pb__get_document__descriptor, get_document},
    {&pb__get_documents__descriptor, get_documents},
    {&pb__list_documents__descriptor, list_documents},
    {&pb__list_new_documents__descriptor, list_new_documents},
};
const struct query_table DOCUMENT_QUERIES = QUERY_TABLE(QUERIES);
