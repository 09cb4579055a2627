/* The projection: what directory.* says, newest of the batch for each id, written as upserts that only newer versions
 * pass. A batch may bring versions out of order (a republished record after a newer one): positions are replaced only
 * together with a newer row. */
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/directory/store.h"

struct newest {
    const ProtobufCMessage *record;
    uint64_t version;
};

void directory_work_init(struct directory_work *work, TALLOC_CTX *ctx)
{
    *work = (struct directory_work){.ctx = ctx, .organizations = uuid_map_new(ctx), .members = uuid_map_new(ctx)};
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
static enum err apply_organization(void *arg, const struct loop_message *message)
{
    struct directory_work *work = arg;
    const Pb__DirectoryOrganization *record = (const Pb__DirectoryOrganization *)message->body;
    if (record) {
        keep_newest(work->ctx, work->organizations, &message->aggregate, message->body, record->version);
        char id[UUID_TEXT_BYTES];
        uuid_format(&message->aggregate, id);
        loop_tag(message, "organization:%s", id);
    }
    return ERR_OK;
}

static enum err apply_member(void *arg, const struct loop_message *message)
{
    struct directory_work *work = arg;
    const Pb__DirectoryMember *record = (const Pb__DirectoryMember *)message->body;
    if (record) {
        keep_newest(work->ctx, work->members, &message->aggregate, message->body, record->version);
        loop_tag(message, "members"); /* once a batch */
    }
    return ERR_OK;
}

const struct loop_handler DIRECTORY_ORGANIZATION_HANDLERS[1] = {
    {.type = &pb__directory_organization__descriptor, .apply = apply_organization}};
const struct loop_handler DIRECTORY_MEMBER_HANDLERS[1] = {
    {.type = &pb__directory_member__descriptor, .apply = apply_member}};

static void write_organizations(struct directory_work *work, struct pg *pg)
{
    struct pg_args *rows = directory_store_organizations(work->ctx);
    for (size_t i = 0; i < uuid_map_size(work->organizations); i++) {
        const struct newest *newest = uuid_map_value(work->organizations, i);
        directory_store_add_organization(rows, work->ctx, (const Pb__DirectoryOrganization *)newest->record);
    }
    pg_queue(pg, rows);
}

static void write_members(struct directory_work *work, struct pg *pg)
{
    struct pg_args *rows = directory_store_members(work->ctx), *dropped = directory_store_dropped(work->ctx);
    struct pg_args *positions = directory_store_positions(work->ctx);
    for (size_t i = 0; i < uuid_map_size(work->members); i++) {
        const struct newest *newest = uuid_map_value(work->members, i);
        const Pb__DirectoryMember *member = (const Pb__DirectoryMember *)newest->record;
        directory_store_add_member(rows, work->ctx, member, mem_pack(work->ctx, newest->record));
        directory_store_drop_positions(dropped, member);
        for (size_t j = 0; j < member->n_positions; j++)
            directory_store_add_position(positions, member, member->positions[j]);
    }
    pg_queue(pg, rows);
    pg_queue(pg, dropped);
    pg_queue(pg, positions);
}

void directory_work_write(struct directory_work *work, struct pg *pg)
{
    write_organizations(work, pg);
    write_members(work, pg);
}

static void *work_new(TALLOC_CTX *ctx)
{
    struct directory_work *work = mem_new(ctx, struct directory_work);
    directory_work_init(work, ctx);
    return work;
}

static void write_work(void *work, struct pg *pg)
{
    directory_work_write(work, pg);
}

const struct loop_ops DIRECTORY_ONLY_OPS = {.work_new = work_new, .write = write_work};
