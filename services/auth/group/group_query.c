#include "services/auth/group/group_query.h"

#include "common/base/mem.h"
#include "services/auth/group/group_store.h"
#include "services/auth/organization/organization_query.h"

static Pb__PartyGroup *view_group(TALLOC_CTX *ctx, const struct groups *groups, const struct group *group)
{
    const struct group *of_head = groups_of(groups, &group->head);
    Pb__PartyGroup *view = mem_new(ctx, Pb__PartyGroup);
    pb__party_group__init(view);
    view->id = uuid_to_pb(ctx, &group->id);
    view->name = mem_text(ctx, group->name);
    view->has_head_id = of_head == group;
    if (view->has_head_id)
        view->head_id = uuid_to_pb(ctx, &group->head);
    view->member_ids = mem_array(ctx, ProtobufCBinaryData, uuid_map_size(groups->members));
    for (size_t i = 0; i < uuid_map_size(groups->members); i++)
        if (uuid_equal(uuid_map_value(groups->members, i), &group->id))
            view->member_ids[view->n_member_ids++] = uuid_to_pb(ctx, &uuid_map_ids(groups->members)[i]);
    return view;
}

static enum err get_groups(struct query *query)
{
    const Pb__GetGroups *body = (const Pb__GetGroups *)query->body;
    Pb__Organization *organization = NULL;
    struct directory_scope scope;
    struct directory_org org;
    struct group_rows rows;
    enum err err = organization_visible(query, body->organization_id, &scope, &org, &organization);
    if (!err && !(directory_scope_standing(&scope, &org) & (STANDING_HEAD | STANDING_ADMIN)))
        err = ERR_NOT_ALLOWED;
    if (err)
        return err;
    group_store_queue(query->pg, query->ctx, &org.id, 1, &rows);
    err = pg_flush(query->pg);
    if (err)
        return err;
    const struct groups *groups = group_store_read(query->ctx, &rows, &org.id);
    Pb__PartyGroupList *list = mem_new(query->ctx, Pb__PartyGroupList);
    pb__party_group_list__init(list);
    list->items = mem_array(query->ctx, Pb__PartyGroup *, groups->n);
    for (; list->n_items < groups->n; list->n_items++)
        list->items[list->n_items] = view_group(query->ctx, groups, &groups->items[list->n_items]);
    query->reply = &list->base;
    return ERR_OK;
}

static const struct query_handler ROWS[] = {{&pb__get_groups__descriptor, get_groups}};
const struct query_table GROUP_QUERIES = QUERY_TABLE(ROWS);
