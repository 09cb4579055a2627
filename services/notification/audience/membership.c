#include "services/notification/audience/membership.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/notification/audience/membership_store.h"

struct memberships {
    TALLOC_CTX *ctx;
    struct uuid_map *members; /* Pb__DirectoryMember: the newest record of the batch */
};

static void *memberships_new(struct loop_batch *batch)
{
    struct memberships *state = mem_new(loop_ctx(batch), struct memberships);
    state->ctx = loop_ctx(batch);
    state->members = uuid_map_new(state->ctx);
    return state;
}

static void memberships_write(void *arg, struct pg *pg)
{
    const struct memberships *state = arg;
    struct membership_rows *rows = membership_store_rows(state->ctx);
    for (size_t i = 0; i < uuid_map_size(state->members); i++)
        membership_store_add(rows, uuid_map_value(state->members, i));
    membership_store_queue(rows, pg);
}

static enum err apply_member(const struct loop_message *message)
{
    struct memberships *state = loop_state(message->batch, &MEMBERSHIP_PART);
    const Pb__DirectoryMember *record = (const Pb__DirectoryMember *)message->body;
    const Pb__DirectoryMember *known = uuid_map_get(state->members, &message->aggregate);
    if (record && (!known || known->version < record->version))
        uuid_map_put(state->members, &message->aggregate, (void *)(uintptr_t)record);
    return ERR_OK;
}

static const struct loop_handler MEMBERS[] = {{&pb__directory_member__descriptor, NULL, apply_member}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DIRECTORY_MEMBERS, MEMBERS)};

const struct loop_part MEMBERSHIP_PART = {
    .name = "membership",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = memberships_new,
    .write = memberships_write,
};
