/* The projection: what directory.* says, newest of the batch for each id, written as upserts that only newer versions
 * pass. A batch may bring versions out of order (a republished record after a newer one): positions are replaced only
 * together with a newer row. */
#include "services/directory/projection.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/directory/store.h"

struct newest {
    const ProtobufCMessage *record;
    uint64_t version;
};

struct projection {
    TALLOC_CTX *ctx;
    struct uuid_map *organizations, *members; /* struct newest, of the batch */
};

static void *projection_new(struct loop_batch *batch)
{
    struct projection *projection = mem_new(loop_ctx(batch), struct projection);
    projection->ctx = loop_ctx(batch);
    projection->organizations = uuid_map_new(projection->ctx);
    projection->members = uuid_map_new(projection->ctx);
    return projection;
}

static void keep_newest(TALLOC_CTX *ctx, struct uuid_map *map, const struct uuid *id, const ProtobufCMessage *record,
                        uint64_t version)
{
    struct newest *known = uuid_map_get(map, id);
    if (!known) {
        known = mem_new(ctx, struct newest);
        uuid_map_put(map, id, known);
    }
    if (!known->record || known->version < version)
        *known = (struct newest){.record = record, .version = version};
}

/* A tombstone changes nothing: what was is a record without personal data, which auth publishes as such. */
static enum err apply_organization(const struct loop_message *message)
{
    struct projection *projection = loop_state(message->batch, &DIRECTORY_PART);
    const Pb__DirectoryOrganization *record = (const Pb__DirectoryOrganization *)message->body;
    if (record) {
        keep_newest(projection->ctx, projection->organizations, &message->aggregate, message->body, record->version);
        loop_tag(message->batch, TAG_ORGANIZATION, &message->aggregate);
    }
    return ERR_OK;
}

static enum err apply_member(const struct loop_message *message)
{
    struct projection *projection = loop_state(message->batch, &DIRECTORY_PART);
    const Pb__DirectoryMember *record = (const Pb__DirectoryMember *)message->body;
    if (record) {
        keep_newest(projection->ctx, projection->members, &message->aggregate, message->body, record->version);
        loop_tag(message->batch, TAG_MEMBERS, NULL);
    }
    return ERR_OK;
}

static void write_organizations(struct projection *projection, struct pg *pg)
{
    struct pg_args *rows = directory_store_organizations(projection->ctx);
    for (size_t i = 0; i < uuid_map_size(projection->organizations); i++) {
        const struct newest *newest = uuid_map_value(projection->organizations, i);
        directory_store_add_organization(rows, projection->ctx, (const Pb__DirectoryOrganization *)newest->record);
    }
    pg_queue(pg, rows);
}

static void write_members(struct projection *projection, struct pg *pg)
{
    struct pg_args *rows = directory_store_members(projection->ctx),
                   *dropped = directory_store_dropped(projection->ctx);
    struct pg_args *positions = directory_store_positions(projection->ctx);
    for (size_t i = 0; i < uuid_map_size(projection->members); i++) {
        const struct newest *newest = uuid_map_value(projection->members, i);
        const Pb__DirectoryMember *member = (const Pb__DirectoryMember *)newest->record;
        directory_store_add_member(rows, projection->ctx, member, mem_pack(projection->ctx, newest->record));
        directory_store_drop_positions(dropped, member);
        for (size_t j = 0; j < member->n_positions; j++)
            directory_store_add_position(positions, member, member->positions[j]);
    }
    pg_queue(pg, rows);
    pg_queue(pg, dropped);
    pg_queue(pg, positions);
}

static void projection_write(void *state, struct pg *pg)
{
    write_organizations(state, pg);
    write_members(state, pg);
}

static const struct loop_handler ORGANIZATIONS[] = {
    {&pb__directory_organization__descriptor, NULL, apply_organization}};
static const struct loop_handler MEMBERS[] = {{&pb__directory_member__descriptor, NULL, apply_member}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DIRECTORY_ORGANIZATIONS, ORGANIZATIONS),
                                                LOOP_HANDLERS(TOPIC_DIRECTORY_MEMBERS, MEMBERS)};

const struct loop_part DIRECTORY_PART = {
    .name = "directory",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = projection_new,
    .write = projection_write,
};
