/* Queries take two round trips whatever is found: which rows the scope sees, then what belongs to them. So what is
 * invisible takes as many statements as what is not there. */
#include "services/document/queries.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/directory/store.h"
#include "services/document/store.h"
#include <endian.h>
#include <string.h>

enum { MARK_DAYS = 60 };

/* --- cursors: a time and an id, big endian ------------------------------------------------------------------------ */

struct place {
    int64_t at_us;
    struct uuid id;
};
enum { CURSOR_BYTES = 8 + sizeof(struct uuid) };

static ProtobufCBinaryData write_cursor(TALLOC_CTX *ctx, const struct document *last)
{
    uint8_t bytes[CURSOR_BYTES];
    uint64_t big = htobe64((uint64_t)document_listed_at_us(last));
    memcpy(bytes, &big, sizeof big);
    memcpy(bytes + sizeof big, last->id.bytes, sizeof last->id.bytes);
    return mem_bytes(ctx, bytes, sizeof bytes);
}

static enum err read_cursor(struct query *query, bool has_cursor, ProtobufCBinaryData cursor,
                            struct document_filter *filter)
{
    uint64_t big;
    if (!has_cursor)
        return ERR_OK;
    if (cursor.len != CURSOR_BYTES)
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    memcpy(&big, cursor.data, sizeof big);
    filter->has_before = true;
    filter->before_us = (int64_t)be64toh(big);
    memcpy(filter->before_id.bytes, cursor.data + sizeof big, sizeof filter->before_id.bytes);
    return ERR_OK;
}

/* --- documents as a scope sees them ------------------------------------------------------------------------------- */

struct page {
    struct directory_scope scope;
    struct document *items;
    size_t n;
    struct uuid_map *by_id; /* struct document */
    struct uuid_map *hosts;
};

static struct document *find_document(void *arg, const struct uuid *id)
{
    return uuid_map_get(arg, id);
}

static void take_rows(struct query *query, const struct pg_result *rows, struct page *page)
{
    page->n = pg_rows(rows);
    page->items = mem_array(query->ctx, struct document, page->n);
    page->by_id = uuid_map_new(query->ctx);
    page->hosts = uuid_map_new(query->ctx);
    for (size_t i = 0; i < page->n; i++) {
        store_read_document(query->ctx, rows, i, &page->items[i]);
        uuid_map_put(page->by_id, &page->items[i].id, &page->items[i]);
        query->private_reply |= document_is_restricted(&page->items[i]);
    }
}

/* The second round trip. */
static enum err read_rest(struct query *query, struct page *page)
{
    struct store_hosts named = {.documents = uuid_map_ids(page->by_id), .n_documents = page->n};
    struct store_parts parts = store_queue_parts(query->ctx, query->pg, uuid_map_ids(page->by_id), page->n);
    struct pg_result *hosts = store_queue_hosts(query->ctx, query->pg, &named);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    store_read_parts(query->ctx, &parts, find_document, page->by_id);
    store_read_hosts(query->ctx, hosts, page->hosts);
    return ERR_OK;
}

static enum err find_page(struct query *query, const struct document_filter *filter, struct page *ret_page)
{
    directory_scope_read(query->ctx, query->scope, &ret_page->scope);
    struct pg_result *rows = store_queue_documents(query->ctx, query->pg, &ret_page->scope, filter);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    take_rows(query, rows, ret_page);
    return read_rest(query, ret_page);
}

static Pb__DocumentList *view_list(struct query *query, const struct page *page, size_t limit)
{
    Pb__DocumentList *list = mem_new(query->ctx, Pb__DocumentList);
    pb__document_list__init(list);
    list->n_items = page->n < limit ? page->n : limit;
    list->items = mem_array(query->ctx, Pb__Document *, list->n_items);
    for (size_t i = 0; i < list->n_items; i++)
        list->items[i] = view_document(query->ctx, &page->items[i], page->hosts);
    if (page->n > limit) {
        list->has_next_cursor = true;
        list->next_cursor = write_cursor(query->ctx, &page->items[limit - 1]);
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
    query->reply = &view_document(query->ctx, &page.items[0], page.hosts)->base;
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

/* --- GetDocumentContent ------------------------------------------------------------------------------------------- */

static Pb__DocumentContent *view_file(struct query *query, const struct store_file *file)
{
    const struct document_content *content = &file->content;
    Pb__DocumentContent *view = mem_new(query->ctx, Pb__DocumentContent);
    pb__document_content__init(view);
    view->blob = mem_new(query->ctx, Pb__Blob);
    pb__blob__init(view->blob);
    view->blob->sha256 = mem_bytes(query->ctx, content->sha256, sizeof content->sha256);
    view->blob->bytes = content->bytes;
    view->blob->media_type = (char *)(uintptr_t)content->media_type; /* packed, never written */
    view->file_name = document_file_name(query->ctx, file->name, content->media_type);
    view->has_text = content->is_text;
    if (content->is_text)
        view->text = mem_bytes(query->ctx, content->text, strlen(content->text));
    return view;
}

static enum err get_content(struct query *query)
{
    const Pb__GetDocumentContent *body = (const Pb__GetDocumentContent *)query->body;
    struct directory_scope scope;
    struct store_file file;
    struct uuid id;
    if (uuid_from_pb(body->document_id, &id))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &scope);
    struct pg_result *rows = store_queue_file(query->ctx, query->pg, &scope, &id);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    if (pg_rows(rows) == 0 || (body->has_version && body->version != 1)) /* each has one file until versions come */
        return ERR_NOT_FOUND;
    store_read_file(query->ctx, rows, &file);
    query->private_reply = file.restricted;
    query->reply = &view_file(query, &file)->base;
    return ERR_OK;
}

/* --- ListMarks (member scope): what I may do ---------------------------------------------------------------------- */

/* The statement left out what he may not read. */
static struct document_actor actor_of(const struct page *page, const struct document *document, bool is_suspended)
{
    const struct document_host *host = uuid_map_get(page->hosts, &document->organization);
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
        list->next_cursor = write_cursor(query->ctx, &page->items[limit - 1]);
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
    {&pb__list_documents__descriptor, list_documents}, {&pb__get_document_content__descriptor, get_content},
    {&pb__list_marks__descriptor, list_marks},
};
const struct query_table DOCUMENT_QUERIES = QUERY_TABLE(QUERIES);
