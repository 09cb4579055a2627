#include "services/meeting/prepared/prepared_page.h"

#include "services/meeting/meeting/meeting_list_store.h"

enum err prepared_page_queue(struct query *query, ProtobufCBinaryData organization, struct prepared_page *ret_page)
{
    *ret_page = (struct prepared_page){.visible = NULL};
    if (uuid_from_pb(organization, &ret_page->organization))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &ret_page->scope);
    ret_page->visible = meeting_list_store_queue_org_visible(query->ctx, query->pg, &ret_page->scope,
                                                             &ret_page->organization);
    return ERR_OK;
}

static bool lists(const struct uuid *ids, size_t n, const struct uuid *id)
{
    for (size_t i = 0; i < n; i++)
        if (uuid_equal(&ids[i], id))
            return true;
    return false;
}

enum err prepared_page_read(struct query *query, const struct prepared_page *page)
{
    const struct directory_scope *scope = &page->scope;
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    if (pg_rows(page->visible) == 0)
        return ERR_NOT_FOUND;
    bool prepares = lists(scope->heads, scope->n_heads, &page->organization) ||
                    lists(scope->officers, scope->n_officers, &page->organization);
    return prepares ? ERR_OK : ERR_NOT_ALLOWED;
}
