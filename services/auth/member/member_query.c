/* GetMe, GetMember, ListMembers and ListPhones: what each may show is decided here and in the SQL, by ACCESS.md. */
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

/* --- of another --- */

static struct directory_org branch_of(TALLOC_CTX *ctx, const Pb__Member *member)
{
    struct uuid *path = mem_array(ctx, struct uuid, member->n_organizations);
    for (size_t i = 0; i < member->n_organizations; i++)
        path[i] = uuid_or_zero(member->organizations[i]->id);
    return (struct directory_org){
        .id = uuid_or_zero(member->branch->id), .path = path, .n_path = member->n_organizations};
}

static bool is_asker(const struct query *query, const Pb__Member *member)
{
    struct uuid asker = query->scope->has_member_id ? uuid_or_zero(query->scope->member_id) : (struct uuid){{0}};
    struct uuid id = uuid_or_zero(member->id);
    return uuid_equal(&asker, &id);
}

static enum member_sight sight_of(const struct query *query, const Pb__Member *member,
                                  const struct directory_org *branch)
{
    struct directory_scope scope;
    directory_scope_read(query->ctx, query->scope, &scope);
    return member_sight(directory_scope_standing(&scope, branch), is_asker(query, member),
                        member->status == PB__MEMBER_STATUS__MEMBER_STATUS_LEFT);
}

/* What is private of him is shown to somebody else. */
static enum err note_look(struct query *query, const Pb__Member *member, const struct directory_org *branch)
{
    struct uuid id = uuid_or_zero(member->id);
    if (is_asker(query, member))
        return ERR_OK;
    enum err err = look_note_queue(query, branch, &(struct look){.what = PB__LOOK_WHAT__LOOK_WHAT_PROFILE}, &id, 1);
    return err ? err : pg_flush(query->pg);
}

enum err member_visible(struct query *query, ProtobufCBinaryData id, Pb__Member **ret_member,
                        enum member_sight *ret_sight)
{
    struct uuid wanted;
    Pb__Member *member = NULL;
    if (!query->scope || uuid_from_pb(id, &wanted))
        return ERR_NOT_FOUND;
    enum err err = member_view_store_read(query->pg, query->ctx, &wanted, &member);
    if (err)
        return err;
    if (!member)
        return ERR_NOT_FOUND;
    const struct directory_org branch = branch_of(query->ctx, member);
    *ret_member = member;
    *ret_sight = sight_of(query, member, &branch);
    if (*ret_sight == MEMBER_UNSEEN)
        return ERR_NOT_FOUND;
    return *ret_sight == MEMBER_WHOLE ? note_look(query, member, &branch) : ERR_OK;
}

static void show_private(const Pb__Member *member, Pb__MemberProfile *profile)
{
    profile->card_number = member->card_number;
    profile->has_status = profile->has_exempt = true;
    profile->status = member->status;
    profile->exempt = member->exempt;
    profile->phone = member->phone;
    profile->has_left_reason = member->has_left_reason;
    profile->left_reason = member->left_reason;
    profile->has_occupation = member->has_occupation;
    profile->occupation = member->occupation;
}

static Pb__MemberProfile *profile_of(TALLOC_CTX *ctx, const Pb__Member *member, enum member_sight sight)
{
    Pb__MemberProfile *profile = mem_new(ctx, Pb__MemberProfile);
    pb__member_profile__init(profile);
    profile->id = member->id;
    profile->full_name = member->full_name;
    profile->branch = member->branch;
    profile->organizations = member->organizations;
    profile->n_organizations = member->n_organizations;
    profile->roles = member->roles;
    profile->n_roles = member->n_roles;
    profile->version = member->version;
    profile->has_birth_year = member->has_birth_year;
    profile->birth_year = member->birth_year;
    if (sight == MEMBER_WHOLE)
        show_private(member, profile);
    return profile;
}

static enum err answer_member(struct query *query, ProtobufCBinaryData id)
{
    Pb__Member *member;
    enum member_sight sight;
    enum err err = member_visible(query, id, &member, &sight);
    if (err)
        return err;
    query->reply = &profile_of(query->ctx, member, sight)->base;
    query->version = member->version;
    return ERR_OK;
}

static enum err get_member(struct query *query)
{
    return answer_member(query, ((const Pb__GetMember *)query->body)->member_id);
}

static enum err find_member(struct query *query)
{
    return answer_member(query, ((const Pb__FindMember *)query->body)->member_id);
}

/* --- members of an organisation --- */

enum {
    STANDING_LISTS = STANDING_MEMBER | STANDING_HEAD | STANDING_COMMITTEE,
    STANDING_LISTS_SUBTREE = STANDING_OFFICER | STANDING_ADMIN
};

/* Decides what the scope may list, and whether it may see or ask for what is private. */
static enum err read_filter(const Pb__ListMembers *body, unsigned standing, const Pb__Organization *organization,
                            struct member_filter *ret_filter)
{
    struct member_filter filter = {.organization = uuid_or_zero(organization->id),
                                   .has_status = body->has_status,
                                   .status = body->status,
                                   .has_exempt = body->has_exempt,
                                   .exempt = body->exempt,
                                   .has_activated = body->has_activated,
                                   .activated = body->activated};
    filter.subtree = standing & STANDING_LISTS_SUBTREE ? organization->members + 1 : 0;
    filter.privacy = standing & STANDING_ADMIN  ? PRIVACY_OF_ALL
                     : standing & STANDING_HEAD ? PRIVACY_OF_DIRECT
                                                : PRIVACY_OF_NOBODY;
    if (!(standing & (STANDING_LISTS | STANDING_LISTS_SUBTREE)))
        return ERR_NOT_ALLOWED;
    if (!filter.privacy && (filter.has_status || filter.has_exempt || filter.has_activated))
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
        list->next_cursor = name_page_make_cursor(query->ctx, last->item->id, last->name_key);
    }
    query->reply = &list->base;
}

/* Those who are on the page and shown whole: the one more that was found is not shown. */
static enum err note_looks(struct query *query, const struct directory_org *org)
{
    const Pb__MemberList *list = (const Pb__MemberList *)query->reply;
    struct uuid *shown = mem_array(query->ctx, struct uuid, list->n_items + 1);
    size_t n = 0;
    for (size_t i = 0; i < list->n_items; i++)
        if (list->items[i]->has_status)
            shown[n++] = uuid_or_zero(list->items[i]->id);
    const struct look look = {.what = PB__LOOK_WHAT__LOOK_WHAT_MEMBER_LIST};
    enum err err = look_note_queue(query, org, &look, shown, n);
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
        err = read_filter(body, directory_scope_standing(&scope, &org), organization, &filter);
    if (err)
        return err;
    if (!name_page_read_cursor(query->ctx, body->has_cursor, body->cursor, &page))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    err = member_view_store_list(query->pg, query->ctx, &filter, &page, &rows, &n);
    if (err)
        return err;
    reply_members(query, rows, n, page.limit);
    return filter.privacy ? note_looks(query, &org) : ERR_OK;
}

/* --- phones of a list of another service --- */

/* Of one branch that the asker heads: those whose phones are shown. */
static enum err note_phones(struct query *query, const struct uuid *branch, const struct member_phone phones[],
                            size_t n)
{
    const struct directory_org org = {.id = *branch, .path = branch, .n_path = 1};
    struct uuid *shown = mem_array(query->ctx, struct uuid, n);
    size_t n_shown = 0;
    for (size_t i = 0; i < n; i++)
        if (uuid_equal(&phones[i].branch, branch))
            shown[n_shown++] = phones[i].member;
    return look_note_queue(query, &org, &(struct look){.what = PB__LOOK_WHAT__LOOK_WHAT_MEMBER_LIST}, shown, n_shown);
}

static void reply_phones(struct query *query, const struct member_phone phones[], size_t n)
{
    Pb__PhoneList *list = mem_new(query->ctx, Pb__PhoneList);
    pb__phone_list__init(list);
    list->items = mem_array(query->ctx, Pb__PhoneList__Item *, n + 1);
    for (; list->n_items < n; list->n_items++) {
        Pb__PhoneList__Item *item = mem_new(query->ctx, Pb__PhoneList__Item);
        pb__phone_list__item__init(item);
        item->member_id = uuid_to_pb(query->ctx, &phones[list->n_items].member);
        item->phone = phones[list->n_items].phone;
        list->items[list->n_items] = item;
    }
    query->reply = &list->base;
}

static enum err list_phones(struct query *query)
{
    const Pb__ListPhones *body = (const Pb__ListPhones *)query->body;
    struct uuid *members = mem_array(query->ctx, struct uuid, body->n_member_ids + 1);
    struct directory_scope scope;
    struct member_phone *phones;
    size_t n;
    directory_scope_read(query->ctx, query->scope, &scope);
    for (size_t i = 0; i < body->n_member_ids; i++)
        members[i] = uuid_or_zero(body->member_ids[i]);
    const struct member_phones wanted = {members, scope.heads, body->n_member_ids, scope.n_heads};
    enum err err = member_view_store_phones(query->pg, query->ctx, &wanted, &phones, &n);
    for (size_t i = 0; !err && i < scope.n_heads; i++)
        err = note_phones(query, &scope.heads[i], phones, n);
    if (err)
        return err;
    reply_phones(query, phones, n);
    return pg_flush(query->pg);
}

static const struct query_handler ROWS[] = {
    {&pb__get_me__descriptor, get_me},           {&pb__get_member__descriptor, get_member},
    {&pb__find_member__descriptor, find_member}, {&pb__list_members__descriptor, list_members},
    {&pb__list_phones__descriptor, list_phones},
};
const struct query_table MEMBER_QUERIES = QUERY_TABLE(ROWS);
