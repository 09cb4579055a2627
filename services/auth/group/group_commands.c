#include "services/auth/group/group_commands.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/auth/audit/audit_set.h"
#include "services/auth/group/group_store.h"
#include "services/auth/membership/membership_changes.h"
#include "services/auth/membership/membership_set.h"
#include "services/auth/tree/tree_context.h"

struct state {
    TALLOC_CTX *ctx;
    struct uuid_map *organizations; /* wanted; then struct groups, as they are now */
    struct uuid_map *changed;
    struct group_rows rows;
};

static struct state *state_of(const struct loop_batch *batch)
{
    return loop_state(batch, &GROUP_PART);
}

static void *groups_new(struct loop_batch *batch)
{
    struct state *state = mem_new(loop_ctx(batch), struct state);
    state->ctx = loop_ctx(batch);
    state->organizations = uuid_map_new(state->ctx);
    state->changed = uuid_map_new(state->ctx);
    return state;
}

static void groups_load(void *arg, struct pg *pg)
{
    struct state *state = arg;
    group_store_queue(pg, state->ctx, uuid_map_ids(state->organizations), uuid_map_size(state->organizations),
                      &state->rows);
}

static enum err groups_loaded(void *arg)
{
    struct state *state = arg;
    for (size_t i = 0; i < uuid_map_size(state->organizations); i++) {
        struct uuid id = uuid_map_ids(state->organizations)[i];
        uuid_map_put(state->organizations, &id, group_store_read(state->ctx, &state->rows, &id));
    }
    return ERR_OK;
}

static void groups_write(void *arg, struct pg *pg)
{
    const struct state *state = arg;
    struct group_writes *writes = group_writes_new(state->ctx);
    for (size_t i = 0; i < uuid_map_size(state->changed); i++) {
        const struct uuid *organization = &uuid_map_ids(state->changed)[i];
        group_writes_add(writes, organization, uuid_map_get(state->organizations, organization));
    }
    group_writes_queue(pg, writes);
}

/* --- PutGroups ---------------------------------------------------------------------------------------------------- */

static enum err want_put(const struct loop_message *message)
{
    tree_context_want(message, &message->aggregate);
    membership_set_want_all_of(message->batch, &message->aggregate);
    uuid_map_name(state_of(message->batch)->organizations, &message->aggregate);
    return ERR_OK;
}

/* ACCESS.md, organization groups. */
static enum err take(const struct loop_message *message)
{
    struct tree_context context;
    enum err err = tree_context_take(message, &message->aggregate, &context);
    if (err)
        return err;
    if (!(context.standing & (STANDING_HEAD | STANDING_ADMIN)))
        return ERR_NOT_ALLOWED;
    if (!tree_is_active(context.organization))
        return ERR_ORGANIZATION_CLOSED;
    if (context.organization->org.level != PB__LEVEL__LEVEL_BRANCH)
        return loop_field(message, "/organization_id", ERR_FIELD_NOT_BRANCH);
    return ERR_OK;
}

static bool lives_there(const void *arg, const struct uuid *member)
{
    const struct loop_message *message = arg;
    const struct membership *person = membership_set_find(message->batch, member);
    return person && membership_lives_in(person, &message->aggregate);
}

static void note(const struct loop_message *message, const struct uuid *member, const struct groups *are,
                 const struct groups *next)
{
    static const struct membership_note NOTE = {.action = PB__HISTORY_ACTION__HISTORY_ACTION_EDITED};
    const struct group *old = groups_of(are, member), *new = groups_of(next, member);
    if (old == new || (old && new &&uuid_equal(&old->id, &new->id)))
        return;
    Pb__History *changes = mem_new(message->ctx, Pb__History);
    pb__history__init(changes);
    membership_changes_add_text(message->ctx, changes, "group", old ? old->name : NULL, new ? new->name : NULL);
    membership_set_add_history(message, member, changes, &NOTE);
}

static void keep(const struct loop_message *message, const struct groups *are, const struct groups *next)
{
    struct state *state = state_of(message->batch);
    for (size_t i = 0; i < uuid_map_size(next->members); i++)
        note(message, &uuid_map_ids(next->members)[i], are, next);
    for (size_t i = 0; i < uuid_map_size(are->members); i++)
        if (!uuid_map_has(next->members, &uuid_map_ids(are->members)[i]))
            note(message, &uuid_map_ids(are->members)[i], are, next);
    uuid_map_put(state->organizations, &message->aggregate, mem_copy(state->ctx, next, sizeof *next));
    uuid_map_name(state->changed, &message->aggregate);
    loop_tag(message->batch, TAG_DIRECTORY, NULL);
    audit_organization(message, PB__AUDIT_ACTION__AUDIT_ACTION_GROUPS_SET, &message->aggregate);
}

static enum err apply_put(const struct loop_message *message)
{
    const struct groups *are = uuid_map_get(state_of(message->batch)->organizations, &message->aggregate);
    struct problems problems = {.n = 0};
    struct groups next;
    enum err err = take(message);
    if (err)
        return err;
    err = groups_read(message->ctx, (const Pb__PutGroups *)message->body, are, &message->id, lives_there, message,
                      &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    if (!groups_are_same(are, &next))
        keep(message, are, &next);
    loop_answer(message, &message->aggregate, 0, NULL);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {{&pb__put_groups__descriptor, want_put, apply_put}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_AUTH_COMMANDS, ROWS)};

const struct loop_part GROUP_PART = {
    .name = "groups",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = groups_new,
    .load = groups_load,
    .loaded = groups_loaded,
    .write = groups_write,
};
