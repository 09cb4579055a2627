/* GetMe and ListMembers: what each may show is decided here and in the SQL, by ACCESS.md. */
#include "services/auth/member/member_query.h"

#include "common/base/mem.h"
#include "services/auth/look/look.h"
#include "services/auth/member/asker.h"
#include "services/auth/member/member_view_store.h"
#include "services/auth/organization/organization_query.h"
#include "sotay/v1/auth.pb-c.h"

enum { MEMBERS_LIMIT = 500 };

/* --- of oneself --- */

static enum err get_me(struct query *query)
{
    struct uuid id;
    Pb__Member *member = NULL;
    enum err err = asker_read(query, &id);
    if (!err)
        err = member_view_store_read(query->pg, query->ctx, &id, &member);
    if (err)
        return err;
    if (!member)
        return ERR_NOT_FOUND;
    query->reply = &member->base;
    query->version = member->version;
    return ERR_OK;
}

/* --- members of an organisation --- */

enum {
    STANDING_LISTS = STANDING_MEMBER | STANDING_HEAD | STANDING_COMMITTEE,
    STANDING_LISTS_SUBTREE = STANDING_OFFICER | STANDING_ADMIN
};

/* Decides what the scope may list, and whether it may see or ask for what is private. */
static enum err read_filter(const Pb__ListMembers *body, const struct directory_scope *scope,
                            const struct directory_org *org, struct member_filter *ret_filter)
{
    unsigned standing = directory_scope_standing(scope, org);
    struct member_filter filter = {.organization = org->id,
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

static void reply_members(struct query *query, const struct member_row rows[], size_t n, int limit)
{
    Pb__MemberList *list = mem_new(query->ctx, Pb__MemberList);
    pb__member_list__init(list);
    list->items = mem_array(query->ctx, Pb__MemberItem *, n + 1);
    for (; list->n_items < n && list->n_items < (size_t)limit; list->n_items++)
        list->items[list->n_items] = rows[list->n_items].item;
    list->has_next_cursor = n > list->n_items;
    if (list->has_next_cursor) {
        const struct member_row *last = &rows[list->n_items - 1];
        list->next_cursor = name_page_make_cursor(query->ctx, last->item->id, last->search_name);
    }
    query->reply = &list->base;
}

/* Those who are on the page: the one more that was found is not shown. */
static enum err note_looks(struct query *query, const struct directory_org *org)
{
    const Pb__MemberList *list = (const Pb__MemberList *)query->reply;
    struct uuid *shown = mem_array(query->ctx, struct uuid, list->n_items + 1);
    for (size_t i = 0; i < list->n_items; i++)
        shown[i] = uuid_or_zero(list->items[i]->id);
    enum err err = look_note_queue(query, org, &(struct look){.what = PB__LOOK_WHAT__LOOK_WHAT_MEMBER_LIST}, shown,
                                   list->n_items);
    return err ? err : pg_flush(query->pg);
}

static enum err list_members(struct query *query)
{
    const Pb__ListMembers *body = (const Pb__ListMembers *)query->body;
    struct directory_scope scope;
    struct directory_org org;
    Pb__Organization *organization = NULL;
    struct name_page page = {.q = body->q, .limit = name_page_limit(body->has_limit, body->limit, MEMBERS_LIMIT)};
    struct member_filter filter;
    struct member_row *rows;
    size_t n;
    enum err err = organization_visible(query, body->organization_id, &scope, &org, &organization);
    if (!err)
        err = read_filter(body, &scope, &org, &filter);
    if (err)
        return err;
    if (!name_page_read_cursor(query->ctx, body->has_cursor, body->cursor, &page))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    err = member_view_store_list(query->pg, query->ctx, &filter, &page, &rows, &n);
    if (err)
        return err;
    reply_members(query, rows, n, page.limit);
    return filter.private_fields ? note_looks(query, &org) : ERR_OK;
}

static const struct query_handler ROWS[] = {
    {&pb__get_me__descriptor, get_me},
    {&pb__list_members__descriptor, list_members},
};
const struct query_table MEMBER_QUERIES = QUERY_TABLE(ROWS);
