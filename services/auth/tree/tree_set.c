#include "services/auth/tree/tree_set.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/auth/audit/audit_set.h"
#include "services/auth/tree/tree_store.h"
#include <string.h>

/* What a message changed. */
struct place {
    bool is_new, sets_contact;
    int64_t changed_at_us;
};

struct set {
    TALLOC_CTX *ctx;
    struct uuid_map *organizations; /* struct tree_organization, as it is now */
    struct uuid_map *places;        /* struct place, of those that changed */
    struct uuid_map *parents;       /* of active children */
    ARRAY(struct tree_namesake) namesakes;
    struct pg_args *names;
    struct tree_rows rows;
    struct tree_writes *writes;
    bool is_wanted;
};

static struct set *set_of(const struct loop_batch *batch)
{
    return loop_state(batch, &TREE_PART);
}

/* --- loading ------------------------------------------------------------------------------------------------------ */

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->ctx = loop_ctx(batch);
    set->organizations = uuid_map_new(set->ctx);
    set->places = uuid_map_new(set->ctx);
    set->parents = uuid_map_new(set->ctx);
    set->names = tree_store_names(set->ctx);
    set->writes = tree_writes_new(set->ctx);
    return set;
}

void tree_set_want(const struct loop_batch *batch, const struct uuid *organization)
{
    struct set *set = set_of(batch);
    set->is_wanted = true;
    uuid_map_name(set->organizations, organization);
}

void tree_set_want_name(const struct loop_batch *batch, const struct uuid *organization, const struct uuid *parent,
                        const char *name)
{
    tree_store_add_name(set_of(batch)->names, organization, parent, name);
}

static void set_load(void *state, struct pg *pg)
{
    struct set *set = state;
    if (set->is_wanted)
        tree_store_load(pg, set->ctx, set->organizations, set->names, &set->rows);
}

static enum err set_loaded(void *state)
{
    struct set *set = state;
    if (!set->is_wanted)
        return ERR_OK;
    for (size_t i = 0; i < pg_rows(set->rows.organizations); i++) {
        struct tree_organization *organization = tree_store_loaded(set->ctx, set->rows.organizations, i);
        uuid_map_put(set->organizations, &organization->org.id, organization);
    }
    for (size_t i = 0; i < pg_rows(set->rows.parents); i++) {
        struct uuid parent = pg_get_uuid(set->rows.parents, i, 0);
        uuid_map_name(set->parents, &parent);
    }
    for (size_t i = 0; i < pg_rows(set->rows.namesakes); i++)
        array_add(set->ctx, &set->namesakes, tree_store_namesake(set->ctx, set->rows.namesakes, i));
    return ERR_OK;
}

/* --- state -------------------------------------------------------------------------------------------------------- */

const struct tree_organization *tree_set_find(const struct loop_batch *batch, const struct uuid *organization)
{
    return uuid_map_get(set_of(batch)->organizations, organization);
}

static bool is_active_child(const struct tree_organization *organization, const struct uuid *parent)
{
    struct uuid its = tree_parent_of(organization);
    return tree_is_active(organization) && uuid_equal(&its, parent);
}

/* Those that were there when the batch was loaded, and those that it made. */
bool tree_set_has_children(const struct loop_batch *batch, const struct uuid *organization)
{
    const struct set *set = set_of(batch);
    if (uuid_map_has(set->parents, organization))
        return true;
    for (size_t i = 0; i < uuid_map_size(set->organizations); i++) {
        const struct tree_organization *other = uuid_map_value(set->organizations, i);
        if (other && is_active_child(other, organization))
            return true;
    }
    return false;
}

bool tree_set_name_is_taken(const struct loop_batch *batch, const struct tree_organization *organization)
{
    const struct set *set = set_of(batch);
    struct uuid parent = tree_parent_of(organization);
    for (size_t i = 0; i < set->namesakes.n; i++) {
        const struct tree_namesake *other = &set->namesakes.items[i];
        bool is_sibling = uuid_equal(&other->parent, &parent) && !uuid_equal(&other->id, &organization->org.id);
        if (is_sibling && !uuid_map_get(set->organizations, &other->id) &&
            strcmp(other->name, organization->org.name) == 0)
            return true;
    }
    for (size_t i = 0; i < uuid_map_size(set->organizations); i++) {
        const struct tree_organization *other = uuid_map_value(set->organizations, i);
        if (other && !uuid_equal(&other->org.id, &organization->org.id) && is_active_child(other, &parent) &&
            strcmp(other->org.name, organization->org.name) == 0)
            return true;
    }
    return false;
}

/* --- changes ------------------------------------------------------------------------------------------------------ */

/* `org` lies below the one whose path is now `above`. */
static void follow(TALLOC_CTX *ctx, struct tree_organization *below, const struct directory_org *above)
{
    struct directory_org *org = &below->org;
    size_t at = 0;
    while (!uuid_equal(&org->path[at], &above->id))
        at++;
    size_t n_rest = org->n_path - at - 1;
    struct uuid *path = mem_array(ctx, struct uuid, above->n_path + n_rest);
    memcpy(path, above->path, above->n_path * sizeof *path);
    memcpy(path + above->n_path, org->path + at + 1, n_rest * sizeof *path);
    org->path = path;
    org->n_path = above->n_path + n_rest;
    below->version++;
}

static void move_subtree(struct set *set, const struct tree_organization *next, int64_t now_us)
{
    struct uuid parent = tree_parent_of(next);
    tree_writes_move(set->writes, &next->org.id, &parent, now_us);
    for (size_t i = 0; i < uuid_map_size(set->organizations); i++) {
        struct tree_organization *other = uuid_map_value(set->organizations, i);
        if (other && !uuid_equal(&other->org.id, &next->org.id) && directory_org_is_within(&other->org, &next->org.id))
            follow(set->ctx, other, &next->org);
    }
}

static struct place *note(const struct loop_message *message, const struct uuid *organization)
{
    struct place *place = UUID_MAP_MAKE(set_of(message->batch)->places, organization, struct place);
    place->changed_at_us = message->now_us;
    loop_tag(message->batch, TAG_DIRECTORY, NULL);
    loop_answer_after_events(message);
    return place;
}

static void add(const struct loop_message *message, const struct tree_organization *next)
{
    struct set *set = set_of(message->batch);
    struct tree_organization *is = UUID_MAP_MAKE(set->organizations, &next->org.id, struct tree_organization);
    *is = *next;
    is->version = 1;
    note(message, &next->org.id)->is_new = true;
    audit_organization(message, PB__AUDIT_ACTION__AUDIT_ACTION_ORGANIZATION_CREATED, &next->org.id);
}

void tree_set_keep(const struct loop_message *message, const struct tree_organization *next)
{
    struct set *set = set_of(message->batch);
    struct tree_organization *is = uuid_map_get(set->organizations, &next->org.id);
    if (!is) {
        add(message, next);
        return;
    }
    if (tree_is_same(is, next))
        return;
    audit_organization(message,
                       tree_is_active(next) ? PB__AUDIT_ACTION__AUDIT_ACTION_ORGANIZATION_CHANGED
                                            : PB__AUDIT_ACTION__AUDIT_ACTION_ORGANIZATION_CLOSED,
                       &next->org.id);
    struct place *place = note(message, &next->org.id);
    struct uuid before = tree_parent_of(is), parent = tree_parent_of(next);
    uint64_t version = is->version;
    place->sets_contact |= !uuid_equal(&is->org.contact_member_id, &next->org.contact_member_id);
    *is = *next;
    is->version = version + 1;
    if (!uuid_equal(&before, &parent))
        move_subtree(set, is, message->now_us);
}

void tree_set_raise(const struct loop_message *message, const struct uuid *organization)
{
    struct tree_organization *is = uuid_map_get(set_of(message->batch)->organizations, organization);
    is->version++;
    note(message, organization);
}

void tree_set_end(const struct loop_message *message, const struct tree_organization *is, const struct uuid *into,
                  const char *reason)
{
    struct tree_organization next = *is;
    static const struct uuid NONE;
    next.org.state = into ? PB__ORGANIZATION_STATE__ORGANIZATION_STATE_MERGED
                          : PB__ORGANIZATION_STATE__ORGANIZATION_STATE_CLOSED;
    next.org.contact_member_id = NONE;
    tree_set_keep(message, &next);
    tree_writes_end(set_of(message->batch)->writes, &is->org.id, into ? into : &NONE, reason, message->now_us);
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static void collect(struct set *set, bool are_new)
{
    for (size_t i = 0; i < uuid_map_size(set->places); i++) {
        const struct place *place = uuid_map_value(set->places, i);
        const struct tree_organization *is = uuid_map_get(set->organizations, &uuid_map_ids(set->places)[i]);
        if (place->is_new && are_new)
            tree_writes_add(set->writes, is, place->changed_at_us);
        else if (!place->is_new && !are_new)
            tree_writes_change(set->writes, is, place->sets_contact, place->changed_at_us);
    }
}

static void set_write(void *state, struct pg *pg)
{
    struct set *set = state;
    collect(set, false);
    tree_writes_queue_changed(pg, set->writes);
}

static void *births_new(struct loop_batch *batch)
{
    return batch;
}

static void births_write(void *state, struct pg *pg)
{
    struct set *set = set_of(state);
    collect(set, true);
    tree_writes_queue_added(pg, set->writes);
}

static const struct loop_constraint CONSTRAINTS[] = {
    {"organization_code", ERR_CODE_TAKEN, "/code"},
    {"organization_pkey", ERR_CODE_TAKEN, "/code"},
    {"organization_ended", ERR_ORGANIZATION_CLOSED, ""},
};

const struct loop_part TREE_PART = {
    .name = "tree",
    .new = set_new,
    .load = set_load,
    .loaded = set_loaded,
    .write = set_write,
    .constraints = CONSTRAINTS,
    .n_constraints = ARRAY_LENGTH(CONSTRAINTS),
};

const struct loop_part TREE_BIRTHS_PART = {.name = "tree_births", .new = births_new, .write = births_write};
