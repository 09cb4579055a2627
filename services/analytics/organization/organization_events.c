#include "services/analytics/organization/organization_events.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/analytics/counts/counts.h"
#include "services/analytics/counts/counts_store.h"
#include "sotay/v1/directory.pb-c.h"

/* The newest record of the batch. */
struct told {
    const Pb__DirectoryOrganization *record;
};

struct organizations {
    struct loop_batch *batch;
    struct uuid_map *told; /* struct told */
};

static enum err want_organization(const struct loop_message *message)
{
    counts_want(message, &message->aggregate);
    return ERR_OK;
}

/* A tombstone changes nothing. */
static enum err apply_organization(const struct loop_message *message)
{
    struct organizations *organizations = loop_state(message->batch, &ORGANIZATION_PART);
    const Pb__DirectoryOrganization *record = (const Pb__DirectoryOrganization *)message->body;
    if (!record)
        return ERR_OK;
    struct told *told = UUID_MAP_MAKE(organizations->told, &message->aggregate, struct told);
    if (!told->record || told->record->version < record->version)
        told->record = record;
    return ERR_OK;
}

static void *organizations_new(struct loop_batch *batch)
{
    struct organizations *organizations = mem_new(loop_ctx(batch), struct organizations);
    organizations->batch = batch;
    organizations->told = uuid_map_new(loop_ctx(batch));
    return organizations;
}

/* Whether it counts otherwise than it is to: elsewhere, or though it has ended. */
static bool has_moved(const struct counts_node *node, const Pb__DirectoryOrganization *told)
{
    bool is_active = told->state == PB__ORGANIZATION_STATE__ORGANIZATION_STATE_ACTIVE;
    if (!node->path || node->n_path != told->n_path || node->is_active != is_active ||
        node->is_active_branch != (is_active && told->level == PB__LEVEL__LEVEL_BRANCH))
        return true;
    for (size_t i = 0; i < told->n_path; i++) {
        struct uuid id;
        if (uuid_from_pb(told->path[i], &id) || !uuid_equal(&id, &node->path[i]))
            return true;
    }
    return false;
}

const struct uuid *organizations_moved(const struct loop_batch *batch, size_t *ret_n)
{
    const struct organizations *organizations = loop_state(batch, &ORGANIZATION_PART);
    const struct uuid *ids = uuid_map_ids(organizations->told);
    struct uuid *moved = mem_array(loop_ctx(batch), struct uuid, uuid_map_size(organizations->told) + 1);
    *ret_n = 0;
    for (size_t i = 0; i < uuid_map_size(organizations->told); i++) {
        const struct told *told = uuid_map_value(organizations->told, i);
        if (has_moved(counts_node(batch, &ids[i]), told->record))
            moved[(*ret_n)++] = ids[i];
    }
    return moved;
}

static void organizations_write(void *state, struct pg *pg)
{
    const struct organizations *organizations = state;
    size_t n;
    const struct uuid *moved = organizations_moved(organizations->batch, &n);
    counts_store_move(pg, loop_ctx(organizations->batch), moved, n);
}

static const struct loop_handler RECORDS[] = {
    {&pb__directory_organization__descriptor, want_organization, apply_organization}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DIRECTORY_ORGANIZATIONS, RECORDS)};
const struct loop_part ORGANIZATION_PART = {.name = "organization",
                                            .handlers = HANDLERS,
                                            .n_handlers = ARRAY_LENGTH(HANDLERS),
                                            .new = organizations_new,
                                            .write = organizations_write};
