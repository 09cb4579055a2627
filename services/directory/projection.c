/* The projection: what directory.* says, newest of the batch for each id, written as upserts that only newer versions
 * pass. A batch may bring versions out of order (a republished record after a newer one): positions are replaced only
 * together with a newer row. What is there already is loaded to be compared: answers that show the directory's facts
 * are stale only when a record says something new. */
#include "services/directory/projection.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/directory/store.h"
#include <string.h>

struct newest {
    const ProtobufCMessage *record; /* NULL: an organisation that is there, of which only the version was loaded */
    uint64_t version;
    bool heard; /* in this batch, and newer than what is there */
};

struct projection {
    TALLOC_CTX *ctx;
    struct uuid_map *organizations, *members; /* struct newest; NULL: wanted, and not there */
    struct pg_result *organization_rows, *member_rows;
};

static void *projection_new(struct loop_batch *batch)
{
    struct projection *projection = mem_new(loop_ctx(batch), struct projection);
    projection->ctx = loop_ctx(batch);
    projection->organizations = uuid_map_new(projection->ctx);
    projection->members = uuid_map_new(projection->ctx);
    return projection;
}

/* --- what is there ------------------------------------------------------------------------------------------------ */

static enum err want_organization(const struct loop_message *message)
{
    struct projection *projection = loop_state(message->batch, &DIRECTORY_PART);
    uuid_map_name(projection->organizations, &message->aggregate);
    return ERR_OK;
}

static enum err want_member(const struct loop_message *message)
{
    struct projection *projection = loop_state(message->batch, &DIRECTORY_PART);
    uuid_map_name(projection->members, &message->aggregate);
    return ERR_OK;
}

static void projection_load(void *state, struct pg *pg)
{
    struct projection *projection = state;
    projection->organization_rows = directory_store_queue_versions(
        pg, projection->ctx, uuid_map_ids(projection->organizations), uuid_map_size(projection->organizations));
    projection->member_rows = directory_store_queue_people(pg, projection->ctx, uuid_map_ids(projection->members),
                                                           uuid_map_size(projection->members));
}

static enum err projection_loaded(void *state)
{
    struct projection *projection = state;
    for (size_t row = 0; row < pg_rows(projection->organization_rows); row++) {
        struct uuid id = pg_get_uuid(projection->organization_rows, row, 0);
        struct newest *known = UUID_MAP_MAKE(projection->organizations, &id, struct newest);
        known->version = (uint64_t)pg_get_int8(projection->organization_rows, row, 1);
    }
    for (size_t row = 0; row < pg_rows(projection->member_rows); row++) {
        struct uuid id = pg_get_uuid(projection->member_rows, row, 0);
        struct newest *known = UUID_MAP_MAKE(projection->members, &id, struct newest);
        known->record = directory_store_read_record(projection->ctx, projection->member_rows, row);
        if (!known->record)
            return ERR_INTERNAL; /* our own bytes */
        known->version = ((const Pb__DirectoryMember *)known->record)->version;
    }
    return ERR_OK;
}

/* --- what is new -------------------------------------------------------------------------------------------------- */

/* Everything but its version and which access tokens are good. */
static ProtobufCBinaryData said_by(TALLOC_CTX *ctx, const ProtobufCMessage *record)
{
    Pb__DirectoryMember member = *(const Pb__DirectoryMember *)record;
    member.version = 0;
    member.has_token_generation = false;
    return mem_pack(ctx, &member.base);
}

static bool says_the_same(TALLOC_CTX *ctx, const ProtobufCMessage *a, const ProtobufCMessage *b)
{
    if (!a)
        return false;
    TALLOC_CTX *work = mem_context(ctx, "comparison");
    ProtobufCBinaryData before = said_by(work, a), now = said_by(work, b);
    bool same = before.len == now.len && memcmp(before.data, now.data, now.len) == 0;
    mem_free(work);
    return same;
}

/* False: it is not newer than what is known. *ret_before is what was known, NULL: nothing. */
static bool keep_newest(struct projection *projection, struct uuid_map *map, const struct loop_message *message,
                        uint64_t version, const ProtobufCMessage **ret_before)
{
    struct newest *known = uuid_map_get(map, &message->aggregate);
    *ret_before = known ? known->record : NULL;
    if (known && known->version >= version)
        return false;
    if (!known) {
        known = mem_new(projection->ctx, struct newest);
        uuid_map_put(map, &message->aggregate, known);
    }
    *known = (struct newest){.record = message->body, .version = version, .heard = true};
    return true;
}

/* A tombstone changes nothing: what was is a record without personal data, which auth publishes as such. */
static enum err apply_organization(const struct loop_message *message)
{
    struct projection *projection = loop_state(message->batch, &DIRECTORY_PART);
    const Pb__DirectoryOrganization *record = (const Pb__DirectoryOrganization *)message->body;
    const ProtobufCMessage *before;
    if (record && keep_newest(projection, projection->organizations, message, record->version, &before))
        loop_tag(message->batch, TAG_DIRECTORY, NULL);
    return ERR_OK;
}

static enum err apply_member(const struct loop_message *message)
{
    struct projection *projection = loop_state(message->batch, &DIRECTORY_PART);
    const Pb__DirectoryMember *record = (const Pb__DirectoryMember *)message->body;
    const ProtobufCMessage *before;
    if (record && keep_newest(projection, projection->members, message, record->version, &before) &&
        !says_the_same(projection->ctx, before, message->body))
        loop_tag(message->batch, TAG_DIRECTORY, NULL);
    return ERR_OK;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static void write_organizations(struct projection *projection, struct pg *pg)
{
    struct pg_args *rows = directory_store_organizations(projection->ctx);
    for (size_t i = 0; i < uuid_map_size(projection->organizations); i++) {
        const struct newest *newest = uuid_map_value(projection->organizations, i);
        if (!newest || !newest->heard)
            continue;
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
        if (!newest || !newest->heard)
            continue;
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
    {&pb__directory_organization__descriptor, want_organization, apply_organization}};
static const struct loop_handler MEMBERS[] = {{&pb__directory_member__descriptor, want_member, apply_member}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DIRECTORY_ORGANIZATIONS, ORGANIZATIONS),
                                                LOOP_HANDLERS(TOPIC_DIRECTORY_MEMBERS, MEMBERS)};

const struct loop_part DIRECTORY_PART = {
    .name = "directory",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = projection_new,
    .load = projection_load,
    .loaded = projection_loaded,
    .write = projection_write,
};
