#include "services/document/document/document_page.h"

#include "common/base/mem.h"
#include "services/document/document/document_store.h"
#include "services/document/document/document_view.h"
#include <assert.h>

/* --- asking ------------------------------------------------------------------------------------------------------- */

void document_page_begin(struct query *query, struct document_page *ret_page)
{
    *ret_page = (struct document_page){.by_id = uuid_map_new(query->ctx), .hosts = uuid_map_new(query->ctx)};
    directory_scope_read(query->ctx, query->scope, &ret_page->scope);
}

void document_page_add(struct query *query, const struct document_filter *filter, struct document_page *page)
{
    assert(page->n_rows < DOCUMENT_PAGE_SOURCES);
    page->rows[page->n_rows++] = document_list_store_queue(query->ctx, query->pg, &page->scope, filter);
}

void document_page_queue(struct query *query, const struct document_filter *filter, struct document_page *ret_page)
{
    document_page_begin(query, ret_page);
    document_page_add(query, filter, ret_page);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static void take_rows(struct query *query, const struct pg_result *rows, struct document_page *page)
{
    for (size_t row = 0; row < pg_rows(rows); row++) {
        page->sorted_by[page->n] = pg_get_int8(rows, row, DOCUMENT_N_COLUMNS);
        struct document *document = &page->items[page->n++];
        document_store_read(query->ctx, rows, row, document);
        uuid_map_put(page->by_id, &document->id, document);
        query->private_reply |= document_is_restricted(document);
    }
}

enum err document_page_rows(struct query *query, struct document_page *page)
{
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    size_t n = 0;
    for (size_t i = 0; i < page->n_rows; i++)
        n += pg_rows(page->rows[i]);
    page->items = mem_array(query->ctx, struct document, n);
    page->sorted_by = mem_array(query->ctx, int64_t, n);
    for (size_t i = 0; i < page->n_rows; i++)
        take_rows(query, page->rows[i], page);
    return ERR_OK;
}

static struct document *find_document(void *arg, const struct uuid *id)
{
    return uuid_map_get(arg, id);
}

enum err document_page_rest(struct query *query, struct document_page *page)
{
    const struct uuid *ids = uuid_map_ids(page->by_id);
    const size_t n = uuid_map_size(page->by_id); /* a row may come twice, where two statements saw two states of it */
    struct host_wanted wanted = {.documents = ids, .n_documents = n};
    struct document_details details = document_store_queue_details(query->ctx, query->pg, ids, n);
    struct pg_result *hosts = host_store_queue(query->ctx, query->pg, &wanted);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    document_store_read_details(query->ctx, &details, find_document, page->by_id);
    host_store_read(query->ctx, hosts, page->hosts);
    return ERR_OK;
}

enum err document_page_find(struct query *query, const struct document_filter *filter, struct document_page *ret_page)
{
    document_page_queue(query, filter, ret_page);
    enum err err = document_page_rows(query, ret_page);
    return err ? err : document_page_rest(query, ret_page);
}

Pb__Document *document_page_view(struct query *query, const struct document_page *page, size_t i)
{
    return document_view(query->ctx, &page->items[i], page->hosts);
}

/* --- cursors ------------------------------------------------------------------------------------------------------ */

ProtobufCBinaryData document_page_cursor(struct query *query, const struct document_page *page, size_t n)
{
    return keyset_encode(query->ctx, &(struct keyset){page->sorted_by[n - 1], page->items[n - 1].id});
}

enum err document_page_read_cursor(struct query *query, bool has_cursor, ProtobufCBinaryData cursor,
                                   struct document_filter *filter)
{
    enum err err = has_cursor ? keyset_decode(cursor, &filter->before) : ERR_OK;
    filter->has_before = has_cursor;
    return err ? query_field(query, "/cursor", err) : ERR_OK;
}
