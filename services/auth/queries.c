/* Queries: what each may show is decided here and in store_read.c, by ACCESS.md. Answers of branch scope never name the
 * asker. */
#include "services/auth/auth.h"
#include "services/auth/service.h"
#include "services/auth/store.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/directory/directory.h"
#include "sotay/v1/auth.pb-c.h"
#include <string.h>

enum { CHILDREN_LIMIT = 100, MEMBERS_LIMIT = 500, NAME_BYTES = 1024 };

/* --- of oneself --- */

static enum err asker(const struct query *query, struct uuid *ret_member)
{
    if (!query->scope || !query->scope->has_member_id)
        return ERR_NOT_FOUND;
    return uuid_from_pb(query->scope->member_id, ret_member) ? ERR_NOT_FOUND : ERR_OK;
}

static enum err get_me(struct query *query)
{
    struct uuid id;
    Pb__Member *member = NULL;
    enum err err = asker(query, &id);
    if (!err)
        err = store_read_member(query->pg, query->ctx, &id, &member);
    if (err)
        return err;
    if (!member)
        return ERR_NOT_FOUND;
    query->reply = &member->base;
    query->version = member->version;
    return ERR_OK;
}

static enum err list_sessions(struct query *query)
{
    struct uuid id;
    Pb__LoginSessionList *list = mem_new(query->ctx, Pb__LoginSessionList);
    pb__login_session_list__init(list);
    enum err err = asker(query, &id);
    if (!err)
        err = store_read_sessions(query->pg, query->ctx, &id, clock_now_us() - SESSION_IDLE_US, list);
    if (err)
        return err;
    const ProtobufCBinaryData *mine = &query->scope->session_id;
    for (size_t i = 0; i < list->n_items; i++)
        list->items[i]->current = query->scope->has_session_id && mine->len == list->items[i]->id.len &&
                                  memcmp(mine->data, list->items[i]->id.data, mine->len) == 0;
    query->reply = &list->base;
    return ERR_OK;
}

static enum err list_devices(struct query *query)
{
    struct uuid id;
    Pb__DeviceList *list = mem_new(query->ctx, Pb__DeviceList);
    pb__device_list__init(list);
    enum err err = asker(query, &id);
    if (!err)
        err = store_read_devices(query->pg, query->ctx, &id, list);
    if (!err)
        query->reply = &list->base;
    return err;
}

/* --- cursors: | id 16 | name the list is ordered by | --- */

static bool read_cursor(TALLOC_CTX *ctx, bool has, ProtobufCBinaryData cursor, struct store_page *page)
{
    page->has_after = has;
    if (!has)
        return true;
    if (cursor.len < 16 || cursor.len > 16 + NAME_BYTES || memchr(cursor.data + 16, 0, cursor.len - 16))
        return false;
    memcpy(page->after_id.bytes, cursor.data, 16);
    page->after_name = mem_textn(ctx, (const char *)cursor.data + 16, cursor.len - 16);
    return true;
}

static ProtobufCBinaryData make_cursor(TALLOC_CTX *ctx, ProtobufCBinaryData id, const char *name)
{
    size_t n = strlen(name);
    uint8_t *bytes = mem_array(ctx, uint8_t, 16 + n);
    memcpy(bytes, id.data, 16);
    memcpy(bytes + 16, name, n);
    return (ProtobufCBinaryData){.data = bytes, .len = 16 + n};
}

static int page_limit(bool has, uint32_t limit, uint32_t most)
{
    return (int)(!has ? 20 : limit < 1 ? 1 : limit > most ? most : limit);
}

/* --- organisations --- */

/* ERR_NOT_FOUND: it does not exist for this scope. */
static enum err visible_organization(struct query *query, ProtobufCBinaryData id, struct directory_scope *scope,
                                     struct directory_org *org, Pb__Organization **ret_organization)
{
    struct uuid organization;
    if (!query->scope || uuid_from_pb(id, &organization))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, scope);
    enum err err = store_read_organization(query->pg, query->ctx, scope, &organization, ret_organization, org);
    if (err)
        return err;
    return *ret_organization ? ERR_OK : ERR_NOT_FOUND;
}

static enum err get_organization(struct query *query)
{
    const Pb__GetOrganization *body = (const Pb__GetOrganization *)query->body;
    struct directory_scope scope;
    struct directory_org org;
    Pb__Organization *organization = NULL;
    enum err err = visible_organization(query, body->organization_id, &scope, &org, &organization);
    if (err)
        return err;
    query->reply = &organization->base;
    query->version = organization->version;
    return ERR_OK;
}

static void reply_children(struct query *query, const struct store_child children[], size_t n, int limit)
{
    Pb__OrganizationList *list = mem_new(query->ctx, Pb__OrganizationList);
    pb__organization_list__init(list);
    list->items = mem_array(query->ctx, Pb__Organization *, n + 1);
    for (; list->n_items < n && list->n_items < (size_t)limit; list->n_items++)
        list->items[list->n_items] = children[list->n_items].item;
    list->has_next_cursor = n > list->n_items;
    if (list->has_next_cursor) {
        const struct store_child *last = &children[list->n_items - 1];
        list->next_cursor = make_cursor(query->ctx, last->item->id, last->search_name);
    }
    query->reply = &list->base;
}

static enum err list_children(struct query *query)
{
    const Pb__ListChildren *body = (const Pb__ListChildren *)query->body;
    struct directory_scope scope;
    struct directory_org org;
    Pb__Organization *organization = NULL;
    struct store_page page = {.q = body->q, .limit = page_limit(body->has_limit, body->limit, CHILDREN_LIMIT)};
    struct store_child *children;
    size_t n;
    enum err err = visible_organization(query, body->organization_id, &scope, &org, &organization);
    if (err)
        return err;
    if (!read_cursor(query->ctx, body->has_cursor, body->cursor, &page))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    err = store_read_children(query->pg, query->ctx, &scope, &org.id, &page, &children, &n);
    if (!err)
        reply_children(query, children, n, page.limit);
    return err;
}

/* --- members of an organisation --- */

enum {
    STANDING_LISTS = STANDING_MEMBER | STANDING_HEAD | STANDING_COMMITTEE,
    STANDING_LISTS_SUBTREE = STANDING_OFFICER | STANDING_ADMIN
};

/* What the scope may list, and whether it may see or ask for what is private. */
static enum err member_filter(const Pb__ListMembers *body, const struct directory_scope *scope,
                              const struct directory_org *org, struct store_member_filter *ret_filter)
{
    unsigned standing = directory_scope_standing(scope, org);
    struct store_member_filter filter = {.organization = org->id,
                                         .has_status = body->has_status,
                                         .status = body->status,
                                         .has_exempt = body->has_exempt,
                                         .exempt = body->exempt,
                                         .has_activated = body->has_activated,
                                         .activated = body->activated};
    filter.subtree = (standing & STANDING_LISTS_SUBTREE) != 0;
    filter.private_fields = (standing & (STANDING_HEAD | STANDING_ADMIN)) != 0;
    if (!(standing & (STANDING_LISTS | STANDING_LISTS_SUBTREE)))
        return ERR_NOT_ALLOWED;
    if (!filter.private_fields && (filter.has_status || filter.has_exempt || filter.has_activated))
        return ERR_NOT_ALLOWED;
    *ret_filter = filter;
    return ERR_OK;
}

static void reply_members(struct query *query, const struct store_member_row rows[], size_t n, int limit)
{
    Pb__MemberList *list = mem_new(query->ctx, Pb__MemberList);
    pb__member_list__init(list);
    list->items = mem_array(query->ctx, Pb__MemberItem *, n + 1);
    for (; list->n_items < n && list->n_items < (size_t)limit; list->n_items++)
        list->items[list->n_items] = rows[list->n_items].item;
    list->has_next_cursor = n > list->n_items;
    if (list->has_next_cursor) {
        const struct store_member_row *last = &rows[list->n_items - 1];
        list->next_cursor = make_cursor(query->ctx, last->item->id, last->search_name);
    }
    query->reply = &list->base;
}

static enum err list_members(struct query *query)
{
    const Pb__ListMembers *body = (const Pb__ListMembers *)query->body;
    struct directory_scope scope;
    struct directory_org org;
    Pb__Organization *organization = NULL;
    struct store_page page = {.q = body->q, .limit = page_limit(body->has_limit, body->limit, MEMBERS_LIMIT)};
    struct store_member_filter filter;
    struct store_member_row *rows;
    size_t n;
    enum err err = visible_organization(query, body->organization_id, &scope, &org, &organization);
    if (!err)
        err = member_filter(body, &scope, &org, &filter);
    if (err)
        return err;
    if (!read_cursor(query->ctx, body->has_cursor, body->cursor, &page))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    err = store_read_members(query->pg, query->ctx, &filter, &page, &rows, &n);
    if (!err)
        reply_members(query, rows, n, page.limit);
    return err;
}

static const struct query_handler QUERIES[] = {
    {&pb__login__descriptor, auth_login},
    {&pb__refresh__descriptor, auth_refresh_call},
    {&pb__get_me__descriptor, get_me},
    {&pb__list_sessions__descriptor, list_sessions},
    {&pb__list_devices__descriptor, list_devices},
    {&pb__get_organization__descriptor, get_organization},
    {&pb__list_children__descriptor, list_children},
    {&pb__list_members__descriptor, list_members},
};
const struct query_table AUTH_QUERIES = QUERY_TABLE(QUERIES);
