#include "services/auth/look/look.h"

#include "common/base/keyset.h"
#include "common/base/mem.h"
#include "services/auth/look/look_store.h"

/* --- noting --- */

/* Officers and administrators reach the subtree. */
static bool reaches(const Pb__Grant *grant, const struct directory_org *org)
{
    struct uuid id;
    if (uuid_from_pb(grant->organization_id, &id))
        return false;
    return grant->role >= PB__ROLE__ROLE_OFFICER ? directory_org_is_within(org, &id) : uuid_equal(&id, &org->id);
}

static const Pb__Grant *highest(const struct directory_scope *scope, const struct directory_org *org)
{
    const Pb__Grant *found = NULL;
    for (size_t i = 0; i < scope->n_grants; i++)
        if (reaches(scope->grants[i], org) && (!found || scope->grants[i]->role > found->role))
            found = scope->grants[i];
    return found;
}

enum err look_note_queue(struct query *query, const struct directory_org *org, const struct look *look,
                         const struct uuid subjects[], size_t n)
{
    struct directory_scope scope;
    directory_scope_read(query->ctx, query->scope, &scope);
    const Pb__Grant *grant = highest(&scope, org);
    if (!scope.has_member || !grant)
        return ERR_NOT_ALLOWED;
    struct pg_args *put = look_store_put(query->ctx);
    for (size_t i = 0; i < n; i++)
        if (!uuid_equal(&subjects[i], &scope.member))
            look_store_put_add(put, &(struct look_row){.subject = subjects[i],
                                                       .actor = scope.member,
                                                       .organization = uuid_or_zero(grant->organization_id),
                                                       .role = grant->role,
                                                       .what = look->what,
                                                       .reason = look->reason,
                                                       .at_us = query->now_us});
    pg_queue(query->pg, put);
    return ERR_OK;
}

/* --- reading --- */

static enum err list_looks(struct query *query)
{
    const Pb__ListLooks *body = (const Pb__ListLooks *)query->body;
    struct directory_scope scope;
    struct keyset before = {.at_us = INT64_MAX};
    Pb__LookList *list = mem_new(query->ctx, Pb__LookList);
    pb__look_list__init(list);
    directory_scope_read(query->ctx, query->scope, &scope);
    if (!scope.has_member)
        return ERR_NOT_FOUND;
    if (body->has_cursor && keyset_decode(body->cursor, &before))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    query->reply = &list->base;
    return look_store_page(query->pg, query->ctx, &scope.member, &before, body->limit, list);
}

static const struct query_handler ROWS[] = {{&pb__list_looks__descriptor, list_looks}};
const struct query_table LOOK_QUERIES = QUERY_TABLE(ROWS);
