/* GetOrganization and ListChildren. Answers of branch scope never name who asks. */
#include "services/auth/organization/organization_query.h"

#include "common/base/mem.h"

enum { CHILDREN_LIMIT = 100 };

enum err organization_visible(struct query *query, ProtobufCBinaryData id, struct directory_scope *scope,
                              struct directory_org *org, Pb__Organization **ret_organization)
{
    struct uuid organization;
    if (!query->scope || uuid_from_pb(id, &organization))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, scope);
    enum err err = organization_view_store_read(query->pg, query->ctx, scope, &organization, ret_organization, org);
    if (err)
        return err;
    return *ret_organization ? ERR_OK : ERR_NOT_FOUND;
}

static enum err answer_organization(struct query *query, ProtobufCBinaryData id)
{
    struct directory_scope scope;
    struct directory_org org;
    Pb__Organization *organization = NULL;
    enum err err = organization_visible(query, id, &scope, &org, &organization);
    if (err)
        return err;
    query->reply = &organization->base;
    query->version = organization->version;
    return ERR_OK;
}

static enum err get_organization(struct query *query)
{
    return answer_organization(query, ((const Pb__GetOrganization *)query->body)->organization_id);
}

static enum err find_organization(struct query *query)
{
    return answer_organization(query, ((const Pb__FindOrganization *)query->body)->organization_id);
}

static void reply_children(struct query *query, const struct organization_child children[], size_t n, int limit)
{
    Pb__OrganizationList *list = mem_new(query->ctx, Pb__OrganizationList);
    pb__organization_list__init(list);
    list->items = mem_array(query->ctx, Pb__Organization *, n + 1);
    for (; list->n_items < n && list->n_items < (size_t)limit; list->n_items++)
        list->items[list->n_items] = children[list->n_items].item;
    list->has_next_cursor = n > list->n_items;
    if (list->has_next_cursor) {
        const struct organization_child *last = &children[list->n_items - 1];
        list->next_cursor = name_page_make_cursor(query->ctx, last->item->id, last->search_name);
    }
    query->reply = &list->base;
}

static enum err list_children(struct query *query)
{
    const Pb__ListChildren *body = (const Pb__ListChildren *)query->body;
    struct directory_scope scope;
    struct directory_org org;
    Pb__Organization *organization = NULL;
    struct name_page page = {.q = body->q, .limit = name_page_limit(body->has_limit, body->limit, CHILDREN_LIMIT)};
    struct organization_child *children;
    size_t n;
    enum err err = organization_visible(query, body->organization_id, &scope, &org, &organization);
    if (err)
        return err;
    if (!name_page_read_cursor(query->ctx, body->has_cursor, body->cursor, &page))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    err = organization_view_store_children(query->pg, query->ctx, &scope, &org.id, &page, &children, &n);
    if (!err)
        reply_children(query, children, n, page.limit);
    return err;
}

static const struct query_handler ROWS[] = {
    {&pb__get_organization__descriptor, get_organization},
    {&pb__find_organization__descriptor, find_organization},
    {&pb__list_children__descriptor, list_children},
};
const struct query_table ORGANIZATION_QUERIES = QUERY_TABLE(ROWS);
