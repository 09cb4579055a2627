#include "services/auth/group/group.h"

#include "common/base/mem.h"
#include "services/auth/tree/tree.h"
#include <string.h>

const struct group *groups_find(const struct groups *groups, const struct uuid *id)
{
    for (size_t i = 0; i < groups->n; i++)
        if (uuid_equal(&groups->items[i].id, id))
            return &groups->items[i];
    return NULL;
}

const struct group *groups_of(const struct groups *groups, const struct uuid *member)
{
    const struct uuid *id = uuid_map_get(groups->members, member);
    return id ? groups_find(groups, id) : NULL;
}

static bool have_same_members(const struct groups *a, const struct groups *b)
{
    for (size_t i = 0; i < uuid_map_size(a->members); i++) {
        const struct group *of_a = groups_of(a, &uuid_map_ids(a->members)[i]);
        const struct group *of_b = groups_of(b, &uuid_map_ids(a->members)[i]);
        if (!of_a || !of_b || !uuid_equal(&of_a->id, &of_b->id))
            return false;
    }
    return uuid_map_size(a->members) == uuid_map_size(b->members);
}

bool groups_are_same(const struct groups *a, const struct groups *b)
{
    bool same = a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++)
        same = uuid_equal(&a->items[i].id, &b->items[i].id) && uuid_equal(&a->items[i].head, &b->items[i].head) &&
               strcmp(a->items[i].name, b->items[i].name) == 0;
    return same && have_same_members(a, b);
}

/* --- what a body says --------------------------------------------------------------------------------------------- */

struct reading {
    const struct groups *are;
    groups_belongs_fn *belongs;
    const void *arg;
    struct problems *problems;
    struct groups *next;
};

static void read_members(const struct reading *r, const Pb__PutGroups__Group *said, size_t at)
{
    struct group *group = &r->next->items[at];
    bool has_head = false;
    for (size_t i = 0; i < said->n_member_ids; i++) {
        struct uuid id = uuid_or_zero(said->member_ids[i]);
        if (!r->belongs(r->arg, &id))
            problems_add(r->problems, ERR_FIELD_ELSEWHERE, "/items/%zu/member_ids/%zu", at, i);
        else if (uuid_map_has(r->next->members, &id))
            problems_add(r->problems, ERR_FIELD_DUPLICATE, "/items/%zu/member_ids/%zu", at, i);
        uuid_map_put(r->next->members, &id, &group->id);
        has_head |= uuid_equal(&id, &group->head);
    }
    if (!has_head)
        problems_add(r->problems, ERR_FIELD_STRANGER, "/items/%zu/head_id", at);
}

/* One that names its id is there, and named once; no two have one name. */
static void check_group(const struct reading *r, bool has_id, size_t at)
{
    const struct group *group = &r->next->items[at];
    if (*group->name == '\0')
        problems_add(r->problems, ERR_FIELD_TOO_SHORT, "/items/%zu/name", at);
    if (has_id && !groups_find(r->are, &group->id))
        problems_add(r->problems, ERR_FIELD_UNKNOWN_ID, "/items/%zu/id", at);
    for (size_t earlier = 0; earlier < at; earlier++) {
        if (uuid_equal(&r->next->items[earlier].id, &group->id))
            problems_add(r->problems, ERR_FIELD_DUPLICATE, "/items/%zu/id", at);
        if (strcmp(r->next->items[earlier].name, group->name) == 0)
            problems_add(r->problems, ERR_FIELD_DUPLICATE, "/items/%zu/name", at);
    }
}

enum err groups_read(TALLOC_CTX *ctx, const Pb__PutGroups *body, const struct groups *are, const struct uuid *message,
                     groups_belongs_fn *belongs, const void *arg, struct problems *problems, struct groups *ret_next)
{
    struct groups next = {.items = mem_array(ctx, struct group, body->n_items), .members = uuid_map_new(ctx)};
    const struct reading r = {are, belongs, arg, problems, &next};
    for (; next.n < body->n_items; next.n++) {
        const Pb__PutGroups__Group *said = body->items[next.n];
        next.items[next.n] = (struct group){
            .id = said->has_id ? uuid_or_zero(said->id) : uuid_derive(message, "group", next.n),
            .head = uuid_or_zero(said->head_id),
            .name = tree_trim(ctx, said->name),
        };
        check_group(&r, said->has_id, next.n);
        read_members(&r, said, next.n);
    }
    enum err err = problems_verdict(problems);
    if (!err)
        *ret_next = next;
    return err;
}
