/* An event becomes a notification before anything is loaded, because its audience is counted in the batch's one round trip. */
#include "services/notification/events.h"

#include "common/mem.h"
#include "common/uuid_map.h"
#include "services/directory/directory.h"
#include "services/notification/store.h"
#include "sotay/v1/auth.pb-c.h"
#include <string.h>

struct item {
    struct notification is;
    enum err err; /* of reading the event */
    bool rings, applied;
    struct pg_result *counted; /* of those that ring: how many it reaches */
};

/* What a document's later events change; in the order of the batch. */
struct revision {
    struct uuid subject;
    bool is_withdrawal;
    int64_t at_us;
    struct audience audience;
    int32_t classification;
};

struct projection {
    struct directory_work directory; /* first: the directory's handlers find it here */
    struct uuid_map *members;        /* Pb__DirectoryMember: the newest of the batch */
    struct uuid_map *items;          /* struct item, by the event's message */
    struct uuid_map *devices;        /* struct store_device: the newest of the batch */
    struct uuid_map *revisions;      /* struct revision, by the event's message */
};

static void *projection_new(TALLOC_CTX *ctx)
{
    struct projection *projection = mem_new(ctx, struct projection);
    directory_work_init(&projection->directory, ctx);
    projection->members = uuid_map_new(ctx);
    projection->items = uuid_map_new(ctx);
    projection->devices = uuid_map_new(ctx);
    projection->revisions = uuid_map_new(ctx);
    return projection;
}

static void projection_load(void *work, struct pg *pg)
{
    struct projection *projection = work;
    for (size_t i = 0; i < uuid_map_size(projection->items); i++) {
        struct item *item = uuid_map_value(projection->items, i);
        if (item->rings)
            item->counted = store_queue_recipients(projection->directory.ctx, pg, &item->is);
    }
}

static enum err projection_loaded(void *work)
{
    (void)work; /* counts are read where they are needed, by write_items */
    return ERR_OK;
}

static void write_memberships(const struct projection *projection, struct pg *pg)
{
    struct store_memberships *rows = store_memberships(projection->directory.ctx);
    for (size_t i = 0; i < uuid_map_size(projection->members); i++)
        store_add_memberships(rows, uuid_map_value(projection->members, i));
    store_queue_memberships(rows, pg);
}

static void write_devices(const struct projection *projection, struct pg *pg)
{
    size_t n = uuid_map_size(projection->devices);
    const struct store_device **devices = mem_array(projection->directory.ctx, const struct store_device *, n);
    for (size_t i = 0; i < n; i++)
        devices[i] = uuid_map_value(projection->devices, i);
    store_queue_devices(projection->directory.ctx, pg, devices, n);
}

static void write_items(const struct projection *projection, struct pg *pg)
{
    TALLOC_CTX *ctx = projection->directory.ctx;
    for (size_t i = 0; i < uuid_map_size(projection->items); i++) {
        const struct item *item = uuid_map_value(projection->items, i);
        if (!item->applied)
            continue;
        store_queue_item(ctx, pg, &item->is);
        if (item->rings)
            store_queue_push(ctx, pg, &item->is, pg_get_int8(item->counted, 0, 0));
    }
}

static void write_revisions(const struct projection *projection, struct pg *pg)
{
    TALLOC_CTX *ctx = projection->directory.ctx;
    for (size_t i = 0; i < uuid_map_size(projection->revisions); i++) {
        const struct revision *revision = uuid_map_value(projection->revisions, i);
        if (revision->is_withdrawal)
            store_queue_withdrawal(ctx, pg, &revision->subject, revision->at_us);
        else
            store_queue_audience(ctx, pg, &revision->subject, &revision->audience, revision->classification);
    }
}

static void projection_write(void *work, struct pg *pg)
{
    const struct projection *projection = work;
    directory_work_write(work, pg);
    write_memberships(projection, pg); /* they follow the directory's rows */
    write_devices(projection, pg);
    write_items(projection, pg);
    write_revisions(projection, pg);
}

/* --- members ---------------------------------------------------------------------------------------------------------------------- */

static enum err apply_member(void *work, const struct loop_message *message)
{
    struct projection *projection = work;
    const Pb__DirectoryMember *record = (const Pb__DirectoryMember *)message->body;
    if (record) {
        const Pb__DirectoryMember *known = uuid_map_get(projection->members, &message->aggregate);
        if (!known || known->version < record->version)
            uuid_map_put(projection->members, &message->aggregate, (void *)(uintptr_t)record);
    }
    return DIRECTORY_MEMBER_HANDLERS[0].apply(work, message);
}

const struct loop_handler NOTIFICATION_MEMBER_HANDLERS[1] = {{.type = &pb__directory_member__descriptor, .apply = apply_member}};

/* --- devices ---------------------------------------------------------------------------------------------------------------------- */

static enum err keep_device(struct projection *projection, const struct loop_message *message, ProtobufCBinaryData member,
                            const char *device_id, const struct store_device *said)
{
    struct store_device *device = mem_copy(message->ctx, said, sizeof *said);
    if (uuid_from_pb(member, &device->member))
        return ERR_MALFORMED;
    device->device_id = device_id;
    const void *parts[] = {device->member.bytes, device_id};
    const size_t bytes[] = {sizeof device->member.bytes, strlen(device_id)};
    struct uuid key = uuid_hash(2, parts, bytes);
    const struct store_device *known = uuid_map_get(projection->devices, &key);
    if (!known || known->at_us <= device->at_us)
        uuid_map_put(projection->devices, &key, device);
    return ERR_OK;
}

static enum err apply_registered(void *work, const struct loop_message *message)
{
    const Pb__DeviceRegistered *event = (const Pb__DeviceRegistered *)message->body;
    const struct store_device device = {.token = event->token, .provider = (int32_t)event->provider, .at_us = event->registered_at_us};
    return keep_device(work, message, event->member_id, event->device_id, &device);
}

static enum err apply_removed(void *work, const struct loop_message *message)
{
    const Pb__DeviceRemoved *event = (const Pb__DeviceRemoved *)message->body;
    const struct store_device device = {.at_us = event->removed_at_us};
    return keep_device(work, message, event->member_id, event->device_id, &device);
}

const struct loop_handler NOTIFICATION_DEVICE_HANDLERS[NOTIFICATION_N_DEVICE_EVENTS] = {
    {&pb__device_registered__descriptor, NULL, apply_registered},
    {&pb__device_removed__descriptor, NULL, apply_removed},
};

/* --- meetings and documents ------------------------------------------------------------------------------------------------------- */

/* `is` was read with `err` from the event. */
static void name_item(struct projection *projection, const struct loop_message *message, enum err err, const struct notification *is)
{
    struct item *item = mem_new(message->ctx, struct item);
    item->err = err;
    if (!err) {
        item->is = *is;
        item->rings = push_is_due(is, message->now_us);
    }
    uuid_map_put(projection->items, &message->id, item);
}

static enum err apply_item(void *work, const struct loop_message *message)
{
    struct projection *projection = work;
    struct item *item = uuid_map_get(projection->items, &message->id);
    if (!item)
        return ERR_OK; /* an event that tells nobody */
    if (item->err)
        return item->err;
    item->applied = true;
    for (size_t i = 0; i < item->is.audience.n_members; i++) {
        char id[UUID_TEXT_BYTES];
        uuid_format(&item->is.audience.members[i], id);
        loop_tag(message, "inbox:%s", id); /* others see it when their copy is out of date: half a second (routes.c) */
    }
    return ERR_OK;
}

static void needs_scheduled(void *work, const struct loop_message *message)
{
    struct notification is;
    enum err err = notification_of_scheduled(message->ctx, (const Pb__MeetingScheduled *)message->body, message->now_us, &is);
    name_item(work, message, err, &is);
}

static void needs_change(void *work, const struct loop_message *message)
{
    const Pb__MeetingChanged *event = (const Pb__MeetingChanged *)message->body;
    struct notification is;
    if (!event->has_notification_id)
        return;
    enum err err = notification_of_change(message->ctx, event, message->now_us, &is);
    name_item(work, message, err, &is);
}

static void needs_cancellation(void *work, const struct loop_message *message)
{
    struct notification is;
    enum err err = notification_of_cancellation(message->ctx, (const Pb__MeetingCancelled *)message->body, message->now_us, &is);
    name_item(work, message, err, &is);
}

static void needs_comment(void *work, const struct loop_message *message)
{
    struct notification is;
    enum err err = notification_of_comment(message->ctx, (const Pb__MeetingCommented *)message->body, &is);
    name_item(work, message, err, &is);
}

static void needs_answer(void *work, const struct loop_message *message)
{
    struct notification is;
    enum err err = notification_of_answer(message->ctx, (const Pb__CommentAnswered *)message->body, &is);
    name_item(work, message, err, &is);
}

static void needs_document(void *work, const struct loop_message *message)
{
    const Pb__DocumentPublished *event = (const Pb__DocumentPublished *)message->body;
    struct notification is;
    if (event->notify == PB__NOTIFY__NOTIFY_NONE)
        return;
    enum err err = notification_of_document(message->ctx, event, &is);
    name_item(work, message, err, &is);
}

const struct loop_handler NOTIFICATION_MEETING_HANDLERS[NOTIFICATION_N_MEETING_EVENTS] = {
    {&pb__meeting_scheduled__descriptor, needs_scheduled, apply_item},    {&pb__meeting_changed__descriptor, needs_change, apply_item},
    {&pb__meeting_cancelled__descriptor, needs_cancellation, apply_item}, {&pb__meeting_commented__descriptor, needs_comment, apply_item},
    {&pb__comment_answered__descriptor, needs_answer, apply_item},
};

/* --- what documents' later events change ------------------------------------------------------------------------------------------ */

static enum err keep_revision(struct projection *projection, const struct loop_message *message, const Pb__DocumentFacts *facts,
                              bool is_withdrawal)
{
    struct revision *revision = mem_new(message->ctx, struct revision);
    revision->is_withdrawal = is_withdrawal;
    revision->at_us = message->now_us;
    revision->classification = (int32_t)facts->classification;
    if (uuid_from_pb(facts->document_id, &revision->subject) || notification_audience(message->ctx, facts->audience, &revision->audience))
        return ERR_MALFORMED;
    uuid_map_put(projection->revisions, &message->id, revision);
    return ERR_OK;
}

static enum err apply_document_changed(void *work, const struct loop_message *message)
{
    return keep_revision(work, message, ((const Pb__DocumentChanged *)message->body)->document, false);
}

static enum err apply_document_withdrawn(void *work, const struct loop_message *message)
{
    return keep_revision(work, message, ((const Pb__DocumentWithdrawn *)message->body)->document, true);
}

const struct loop_handler NOTIFICATION_DOCUMENT_HANDLERS[NOTIFICATION_N_DOCUMENT_EVENTS] = {
    {&pb__document_published__descriptor, needs_document, apply_item},
    {&pb__document_changed__descriptor, NULL, apply_document_changed},
    {&pb__document_withdrawn__descriptor, NULL, apply_document_withdrawn},
};

const struct loop_ops NOTIFICATION_PROJECTION_OPS = {
    .work_new = projection_new,
    .load = projection_load,
    .loaded = projection_loaded,
    .write = projection_write,
};
