#include "services/document/version/version_query.h"

#include "common/base/mem.h"
#include "services/document/version/version_store.h"

static Pb__DocumentVersion *view_version(TALLOC_CTX *ctx, const struct seen_version *seen)
{
    const struct directory_person author = {.id = seen->is.author, .full_name = seen->author_name};
    const struct content *content = &seen->is.content;
    Pb__DocumentVersion *view = mem_new(ctx, Pb__DocumentVersion);
    pb__document_version__init(view);
    view->version_no = seen->is.no;
    view->media_type = (char *)(uintptr_t)content->media_type; /* packed, never written */
    view->bytes = content->bytes;
    view->sha256 = mem_bytes(ctx, content->sha256, sizeof content->sha256);
    view->reason = (char *)(uintptr_t)seen->is.reason;
    view->at_us = seen->is.at_us;
    if (seen->author_name)
        view->author = directory_person_ref(ctx, &author);
    return view;
}

static Pb__DocumentVersionList *view_list(struct query *query, const struct pg_result *rows)
{
    Pb__DocumentVersionList *list = mem_new(query->ctx, Pb__DocumentVersionList);
    pb__document_version_list__init(list);
    list->items = mem_array(query->ctx, Pb__DocumentVersion *, pg_rows(rows));
    for (; list->n_items < pg_rows(rows); list->n_items++) {
        struct seen_version seen;
        version_store_read(query->ctx, rows, list->n_items, &seen);
        query->private_reply = seen.is_restricted;
        list->items[list->n_items] = view_version(query->ctx, &seen);
    }
    return list;
}

static bool is_withdrawn(struct query *query, const struct pg_result *rows)
{
    struct seen_version seen;
    version_store_read(query->ctx, rows, 0, &seen);
    return seen.is_withdrawn;
}

static enum err list_versions(struct query *query)
{
    const Pb__ListDocumentVersions *body = (const Pb__ListDocumentVersions *)query->body;
    struct directory_scope scope;
    struct uuid id;
    if (uuid_from_pb(body->document_id, &id))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &scope);
    struct pg_result *rows = version_store_queue(query->ctx, query->pg, &scope, &id);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    if (pg_rows(rows) == 0)
        return ERR_NOT_FOUND;
    if (is_withdrawn(query, rows))
        return ERR_WITHDRAWN;
    query->reply = &view_list(query, rows)->base;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {{&pb__list_document_versions__descriptor, list_versions}};
const struct query_table VERSION_QUERIES = QUERY_TABLE(QUERIES);
