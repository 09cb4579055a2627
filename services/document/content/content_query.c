#include "services/document/content/content_query.h"

#include "common/base/mem.h"
#include "services/document/content/content_store.h"
#include <string.h>

static Pb__DocumentContent *view_file(TALLOC_CTX *ctx, const struct content_file *file)
{
    const struct content *content = &file->content;
    Pb__DocumentContent *view = mem_new(ctx, Pb__DocumentContent);
    pb__document_content__init(view);
    view->blob = mem_new(ctx, Pb__Blob);
    pb__blob__init(view->blob);
    view->blob->sha256 = mem_bytes(ctx, content->sha256, sizeof content->sha256);
    view->blob->bytes = content->bytes;
    view->blob->media_type = (char *)(uintptr_t)content->media_type; /* packed, never written */
    view->file_name = content_file_name(ctx, file->name, content->media_type);
    view->has_text = content->text != NULL;
    if (content->text)
        view->text = mem_bytes(ctx, content->text, strlen(content->text));
    return view;
}

static int32_t version_no(uint32_t asked)
{
    return asked < INT32_MAX ? (int32_t)asked : INT32_MAX; /* which no document has */
}

static enum err get_content(struct query *query)
{
    const Pb__GetDocumentContent *body = (const Pb__GetDocumentContent *)query->body;
    struct directory_scope scope;
    struct content_file file;
    struct uuid id;
    if (uuid_from_pb(body->document_id, &id))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &scope);
    enum err err = content_store_find_file(query->ctx, query->pg, &scope, &id,
                                           body->has_version ? version_no(body->version) : 0, &file);
    if (err)
        return err;
    query->private_reply = file.is_restricted;
    query->reply = &view_file(query->ctx, &file)->base;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {{&pb__get_document_content__descriptor, get_content}};
const struct query_table CONTENT_QUERIES = QUERY_TABLE(QUERIES);
