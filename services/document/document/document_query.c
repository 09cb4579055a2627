/* Queries take two round trips whatever is found: which rows the scope sees, then what belongs to them. So what is
 * invisible takes as many statements as what is not there. */
#include "services/document/document/document_query.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "services/directory/store.h"
#include "services/document/document/document_list_store.h"
#include "services/document/document/document_store.h"
#include "services/document/document/document_view.h"

enum { MARK_DAYS = 60 };

/* --- cursors ------------------------------------------------------------------------------------------------------ */

static ProtobufCBinaryData cursor_behind(TALLOC_CTX *ctx, const struct document *last)
{
    struct keyset keyset = {document_listed_at_us(last), last->id};
    return keyset_encode(ctx, &keyset);
}

static enum err read_cursor(struct query *query, bool has_cursor, ProtobufCBinaryData cursor,
                            struct document_filter *filter)
{
    enum err err = has_cursor ? keyset_decode(cursor, &filter->before) : ERR_OK;
    filter->has_before = has_cursor;
    return err ? query_field(query, "/cursor", err) : ERR_OK;
}

/* --- documents as a scope sees them ------------------------------------------------------------------------------- */

struct page {
    struct directory_scope scope;
    struct document *items;
    size_t n;
    struct uuid_map *by_id; /* struct document */
    struct uuid_map *hosts; /* struct host */
};

static struct document *find_document(void *arg, const struct uuid *id)
{
    return uuid_map_get(arg, id);
}

static void begin_page(struct query *query, size_t room, struct page *page)
{
    page->n = 0;
    page->items = mem_array(query->ctx, struct document, room);
    page->by_id = uuid_map_new(query->ctx);
    page->hosts = uuid_map_new(query->ctx);
}

static void take_rows(struct query *query, const struct pg_result *rows, struct page *page)
{
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct document *document = &page->items[page->n++];
        document_store_read(query->ctx, rows, row, document);
        uuid_map_put(page->by_id, &document->id, document);
        query->private_reply |= document_is_restricted(document);
    }
}

/* The second round trip. */
static enum err read_rest(struct query *query, struct page *page)
{
    struct host_wanted wanted = {.documents = uuid_map_ids(page->by_id), .n_documents = page->n};
    struct document_details details = document_store_queue_details(query->ctx, query->pg, uuid_map_ids(page->by_id),
                                                                   page->n);
    struct pg_result *hosts = host_store_queue(query->ctx, query->pg, &wanted);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    document_store_read_details(query->ctx, &details, find_document, page->by_id);
    host_store_read(query->ctx, hosts, page->hosts);
    return ERR_OK;
}

static enum err find_page(struct query *query, const struct document_filter *filter, struct page *ret_page)
{
    directory_scope_read(query->ctx, query->scope, &ret_page->scope);
    struct pg_result *rows = document_list_store_queue(query->ctx, query->pg, &ret_page->scope, filter);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    begin_page(query, pg_rows(rows), ret_page);
    take_rows(query, rows, ret_page);
    return read_rest(query, ret_page);
}

static Pb__DocumentList *view_list(struct query *query, const struct page *page, size_t limit)
{
    Pb__DocumentList *list = mem_new(query->ctx, Pb__DocumentList);
    pb__document_list__init(list);
    list->items = mem_array(query->ctx, Pb__Document *, limit);
    for (size_t i = 0; i < page->n && i < limit; i++) {
        Pb__Document *item = document_view(query->ctx, &page->items[i], page->hosts);
        if (!query_has_room(query, &item->base))
            break;
        list->items[list->n_items++] = item;
    }
    if (page->n > list->n_items) {
        list->has_next_cursor = true;
        list->next_cursor = cursor_behind(query->ctx, &page->items[list->n_items - 1]);
    }
    return list;
}

/* --- GetDocument, GetDocuments, ListDocuments --------------------------------------------------------------------- */

static enum err get_document(struct query *query)
{
    const Pb__GetDocument *body = (const Pb__GetDocument *)query->body;
    struct page page = {.n = 0};
    struct uuid id;
    if (uuid_from_pb(body->document_id, &id))
        return ERR_NOT_FOUND;
    enum err err = find_page(query, &(struct document_filter){.ids = &id, .n_ids = 1}, &page);
    if (err)
        return err;
    if (page.n == 0)
        return ERR_NOT_FOUND;
    query->reply = &document_view(query->ctx, &page.items[0], page.hosts)->base;
    query->version = page.items[0].version;
    return ERR_OK;
}

static enum err get_documents(struct query *query)
{
    const Pb__GetDocuments *body = (const Pb__GetDocuments *)query->body;
    struct page page = {.n = 0};
    struct uuid *ids = mem_array(query->ctx, struct uuid, body->n_document_ids);
    size_t n = 0;
    for (size_t i = 0; i < body->n_document_ids; i++)
        if (uuid_from_pb(body->document_ids[i], &ids[n]) == ERR_OK)
            n++;
    enum err err = n > 0 ? find_page(query, &(struct document_filter){.ids = ids, .n_ids = n}, &page) : ERR_OK;
    if (!err)
        query->reply = &view_list(query, &page, page.n)->base;
    return err;
}

static enum err list_documents(struct query *query)
{
    const Pb__ListDocuments *body = (const Pb__ListDocuments *)query->body;
    struct page page = {.n = 0};
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
    enum err err = read_cursor(query, body->has_cursor, body->cursor, &filter);
    if (!err && body->has_organization_id)
        err = uuid_from_pb(body->organization_id, &org);
    filter.organization = body->has_organization_id ? &org : NULL;
    if (!err)
        err = find_page(query, &filter, &page);
    if (!err)
        query->reply = &view_list(query, &page, body->limit)->base;
    return err;
}

/* --- ListNewDocuments --------------------------------------------------------------------------------------------- */

static struct pg_result *queue_new(struct query *query, const struct directory_scope *scope, bool are_resolutions)
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
    return document_list_store_queue(query->ctx, query->pg, scope, &filter);
}

static Pb__NewDocuments *view_new(struct query *query, const struct page *page)
{
    Pb__NewDocuments *view = mem_new(query->ctx, Pb__NewDocuments);
    pb__new_documents__init(view);
    view->documents = mem_array(query->ctx, Pb__Document *, page->n);
    view->resolutions = mem_array(query->ctx, Pb__Document *, page->n);
    for (size_t i = 0; i < page->n; i++) {
        Pb__Document *item = document_view(query->ctx, &page->items[i], page->hosts);
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
    struct page page = {.n = 0};
    directory_scope_read(query->ctx, query->scope, &page.scope);
    struct pg_result *resolutions = queue_new(query, &page.scope, true), *others = queue_new(query, &page.scope, false);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    begin_page(query, pg_rows(resolutions) + pg_rows(others), &page);
    take_rows(query, resolutions, &page);
    take_rows(query, others, &page);
    err = read_rest(query, &page);
    if (!err)
        query->reply = &view_new(query, &page)->base;
    return err;
}

/* --- ListMarks (member scope): what I may do ---------------------------------------------------------------------- */

/* The statement left out what he may not read. */
static struct document_actor actor_of(const struct page *page, const struct document *document, bool is_suspended)
{
    const struct host *host = uuid_map_get(page->hosts, &document->organization);
    const struct uuid *member = &page->scope.member;
    return (struct document_actor){
        .is_suspended = is_suspended,
        .reader = {.is_member = true,
                   .is_addressed = true,
                   .standing = host ? directory_scope_standing(&page->scope, &host->org) : 0,
                   .is_named = audience_names(&document->audience, member),
                   .is_author = uuid_equal(&document->author, member)},
    };
}

static Pb__Mark *view_mark(struct query *query, const struct page *page, size_t i, bool is_suspended)
{
    struct document_actor actor = actor_of(page, &page->items[i], is_suspended);
    Pb__Mark *mark = mem_new(query->ctx, Pb__Mark);
    pb__mark__init(mark);
    mark->subject = mem_new(query->ctx, Pb__Subject);
    pb__subject__init(mark->subject);
    mark->subject->type = PB__SUBJECT_TYPE__SUBJECT_TYPE_DOCUMENT;
    mark->subject->id = uuid_to_pb(query->ctx, &page->items[i].id);
    mark->can = mem_array(query->ctx, char *, DOCUMENT_ACTIONS);
    for (enum document_action action = 0; action < DOCUMENT_ACTIONS; action++)
        if (document_check(&page->items[i], &actor, action) == ERR_OK)
            mark->can[mark->n_can++] = (char *)(uintptr_t)document_action_word(action); /* packed, never written */
    return mark;
}

static Pb__MarkList *view_marks(struct query *query, const struct page *page, bool is_suspended, size_t limit)
{
    Pb__MarkList *list = mem_new(query->ctx, Pb__MarkList);
    pb__mark_list__init(list);
    list->n_items = page->n < limit ? page->n : limit;
    list->items = mem_array(query->ctx, Pb__Mark *, list->n_items);
    for (size_t i = 0; i < list->n_items; i++)
        list->items[i] = view_mark(query, page, i, is_suspended);
    if (page->n > limit) {
        list->has_next_cursor = true;
        list->next_cursor = cursor_behind(query->ctx, &page->items[limit - 1]);
    }
    return list;
}

static enum err list_marks(struct query *query)
{
    const Pb__ListMarks *body = (const Pb__ListMarks *)query->body;
    struct page page = {.n = 0};
    struct uuid subject = {{0}};
    struct document_filter filter = {
        .has_since = body->has_since_us || !body->has_subject_id,
        .since_us = body->has_since_us ? body->since_us : query->now_us - MARK_DAYS * CLOCK_DAY_US,
        .ids = &subject,
        .n_ids = body->has_subject_id ? 1 : 0,
        .limit = (int64_t)body->limit + 1,
    };
    enum err err = read_cursor(query, body->has_cursor, body->cursor, &filter);
    if (!err && body->has_subject_id)
        err = uuid_from_pb(body->subject_id, &subject);
    if (err)
        return err;
    directory_scope_read(query->ctx, query->scope, &page.scope);
    struct pg_result *status = directory_queue_status(query->ctx, query->pg, &page.scope.member);
    err = find_page(query, &filter, &page); /* flushes both */
    if (err)
        return err;
    query->reply = &view_marks(query, &page, directory_is_suspended(status), body->limit)->base;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {
    {&pb__get_document__descriptor, get_document},     {&pb__get_documents__descriptor, get_documents},
    {&pb__list_documents__descriptor, list_documents}, {&pb__list_new_documents__descriptor, list_new_documents},
    {&pb__list_marks__descriptor, list_marks},
};
const struct query_table DOCUMENT_QUERIES = QUERY_TABLE(QUERIES);
