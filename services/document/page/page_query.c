#include "services/document/page/page_query.h"

#include "common/base/array.h"
#include "common/base/log.h"
#include "services/document/content/content_store.h"
#include "services/document/page/page_desk.h"
#include <string.h>

static bool has_pages(const struct content *content)
{
    static const char *const TYPES[] = {"application/pdf", "image/png", "image/jpeg", "image/tiff"};
    for (size_t i = 0; i < ARRAY_LENGTH(TYPES); i++)
        if (strcmp(content->media_type, TYPES[i]) == 0)
            return true;
    return false;
}

/* Restricted: who looked at which, and nothing of what it says. */
static void log_read(const struct directory_scope *scope, const struct uuid *document)
{
    char of[UUID_TEXT_BYTES], by[UUID_TEXT_BYTES], branch[UUID_TEXT_BYTES];
    uuid_format(document, of);
    uuid_format(&scope->member, by);
    uuid_format(&scope->branch, branch);
    log_info("restricted_page_read", "document=%s member=%s branch=%s", of, by, branch);
}

static enum err get_page(struct query *query)
{
    const Pb__GetDocumentPage *body = (const Pb__GetDocumentPage *)query->body;
    struct page_wish wish = {.key = {.page = (int32_t)body->n}, .known = body->known};
    struct directory_scope scope;
    struct content_file file;
    struct uuid id;
    if (uuid_from_pb(body->document_id, &id))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &scope);
    struct pg_result *rows = content_store_queue_file(query->ctx, query->pg, &scope, &id, 0);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    if (pg_rows(rows) == 0)
        return ERR_NOT_FOUND;
    content_store_read_file(query->ctx, rows, &file);
    if (file.is_withdrawn)
        return ERR_WITHDRAWN;
    if (!has_pages(&file.content))
        return ERR_NO_PAGES;
    if (file.pages > 0 && wish.key.page > file.pages) {
        page_desk_reply_absent(query);
        return ERR_OK;
    }
    query->private_reply = wish.is_restricted = file.is_restricted;
    if (file.is_restricted)
        log_read(&scope, &id);
    wish.branch = scope.branch;
    memcpy(wish.key.sha256, file.content.sha256, sizeof wish.key.sha256);
    return page_desk_ask(query, &wish);
}

static const struct query_handler QUERIES[] = {{&pb__get_document_page__descriptor, get_page}};
const struct query_table PAGE_QUERIES = QUERY_TABLE(QUERIES);
