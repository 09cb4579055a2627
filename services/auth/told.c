#include "services/auth/told.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/auth/member/member_store.h"
#include "services/auth/organization/organization_store.h"
#include "sotay/v1/directory.pb-c.h"

struct told {
    uint64_t version;
    uint32_t generation; /* of a member's access tokens */
};

struct told_batch {
    TALLOC_CTX *ctx;
    struct uuid_map *organizations, *members; /* struct told, the highest of the batch */
};

static void *told_new(struct loop_batch *batch)
{
    struct told_batch *state = mem_new(loop_ctx(batch), struct told_batch);
    state->ctx = loop_ctx(batch);
    state->organizations = uuid_map_new(state->ctx);
    state->members = uuid_map_new(state->ctx);
    return state;
}

static void keep_highest(struct uuid_map *map, const struct uuid *id, uint64_t version, uint32_t generation)
{
    struct told *told = UUID_MAP_MAKE(map, id, struct told);
    if (told->version < version)
        told->version = version;
    if (told->generation < generation)
        told->generation = generation;
}

static enum err apply_organization(const struct loop_message *message)
{
    const struct told_batch *state = loop_state(message->batch, &TOLD_PART);
    const Pb__DirectoryOrganization *record = (const Pb__DirectoryOrganization *)message->body;
    if (record)
        keep_highest(state->organizations, &message->aggregate, record->version, 0);
    return ERR_OK;
}

static enum err apply_member(const struct loop_message *message)
{
    const struct told_batch *state = loop_state(message->batch, &TOLD_PART);
    const Pb__DirectoryMember *record = (const Pb__DirectoryMember *)message->body;
    if (record)
        keep_highest(state->members, &message->aggregate, record->version, record->token_generation);
    return ERR_OK;
}

/* Touches no row but after a restore: a row is committed before its record is told. */
static void told_write(void *arg, struct pg *pg)
{
    const struct told_batch *state = arg;
    struct pg_args *organizations = organization_store_lift(state->ctx), *members = member_store_lift(state->ctx);
    for (size_t i = 0; i < uuid_map_size(state->organizations); i++) {
        const struct told *told = uuid_map_value(state->organizations, i);
        organization_store_lift_add(organizations, &uuid_map_ids(state->organizations)[i], told->version);
    }
    for (size_t i = 0; i < uuid_map_size(state->members); i++) {
        const struct told *told = uuid_map_value(state->members, i);
        member_store_lift_add(members, &uuid_map_ids(state->members)[i], told->version, told->generation);
    }
    pg_queue(pg, organizations);
    pg_queue(pg, members);
}

static const struct loop_handler ORGANIZATIONS[] = {
    {&pb__directory_organization__descriptor, NULL, apply_organization}};
static const struct loop_handler MEMBERS[] = {{&pb__directory_member__descriptor, NULL, apply_member}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DIRECTORY_ORGANIZATIONS, ORGANIZATIONS),
                                                LOOP_HANDLERS(TOPIC_DIRECTORY_MEMBERS, MEMBERS)};

const struct loop_part TOLD_PART = {
    .name = "told",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = told_new,
    .write = told_write,
};
