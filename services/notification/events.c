/* An event becomes a notification before anything is loaded, because its audience is counted, and its digest or subject
 * locked, in the batch's one round trip. */
#include "services/notification/events.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/directory/directory.h"
#include "services/notification/store.h"
#include "sotay/v1/auth.pb-c.h"
#include <string.h>

struct fact {
    enum err err; /* of reading the event */
    bool has_subject, tells;
    struct subject about;   /* what it says of its meeting or document */
    struct notification is; /* what it tells */
    int64_t told_at_us;
    bool rings;
    int64_t recipients; /* of what rings and is no digest's: how many it reaches */
};

struct projection {
    TALLOC_CTX *ctx;
    struct uuid_map *members;  /* Pb__DirectoryMember: the newest of the batch */
    struct uuid_map *facts;    /* struct fact, by the event's message */
    struct uuid_map *digests;  /* struct digest, by its key; NULL: there is none yet */
    struct uuid_map *changed;  /* keys of those that are to be kept */
    struct uuid_map *items;    /* struct store_item: what is to be written */
    struct uuid_map *subjects; /* struct subject; NULL: nothing is known yet */
    struct uuid_map *devices;  /* struct store_device: the newest of the batch */
    struct pg_result *digest_rows, *recipient_rows, *subject_rows;
};

static void *projection_new(struct loop_batch *batch)
{
    TALLOC_CTX *ctx = loop_ctx(batch);
    struct projection *projection = mem_new(ctx, struct projection);
    projection->ctx = ctx;
    projection->members = uuid_map_new(ctx);
    projection->facts = uuid_map_new(ctx);
    projection->digests = uuid_map_new(ctx);
    projection->changed = uuid_map_new(ctx);
    projection->items = uuid_map_new(ctx);
    projection->subjects = uuid_map_new(ctx);
    projection->devices = uuid_map_new(ctx);
    return projection;
}

static void projection_load(void *work, struct pg *pg)
{
    struct projection *projection = work;
    TALLOC_CTX *ctx = projection->ctx;
    struct pg_args *recipients = store_recipients(ctx);
    for (size_t i = 0; i < uuid_map_size(projection->facts); i++) {
        const struct fact *fact = uuid_map_value(projection->facts, i);
        if (fact->rings && !fact->is.gathers)
            store_add_recipients(ctx, recipients, uuid_map_ids(projection->facts) + i, &fact->is);
    }
    projection->recipient_rows = pg_queue(pg, recipients);
    projection->digest_rows = store_queue_digests(ctx, pg, uuid_map_ids(projection->digests),
                                                  uuid_map_size(projection->digests));
    projection->subject_rows = store_queue_subjects(ctx, pg, uuid_map_ids(projection->subjects),
                                                    uuid_map_size(projection->subjects));
}

static enum err projection_loaded(void *work)
{
    struct projection *projection = work;
    for (size_t row = 0; row < pg_rows(projection->recipient_rows); row++) {
        struct uuid message = pg_get_uuid(projection->recipient_rows, row, 0);
        struct fact *fact = uuid_map_get(projection->facts, &message);
        fact->recipients = pg_get_int8(projection->recipient_rows, row, 1);
    }
    for (size_t row = 0; row < pg_rows(projection->digest_rows); row++) {
        struct digest *digest = mem_new(projection->ctx, struct digest);
        store_read_digest(projection->digest_rows, row, digest);
        uuid_map_put(projection->digests, &digest->key, digest);
    }
    for (size_t row = 0; row < pg_rows(projection->subject_rows); row++) {
        struct subject *subject = mem_new(projection->ctx, struct subject);
        store_read_subject(projection->ctx, projection->subject_rows, row, subject);
        uuid_map_put(projection->subjects, &subject->id, subject);
    }
    return ERR_OK;
}

static void write_memberships(const struct projection *projection, struct pg *pg)
{
    struct store_memberships *rows = store_memberships(projection->ctx);
    for (size_t i = 0; i < uuid_map_size(projection->members); i++)
        store_add_memberships(rows, uuid_map_value(projection->members, i));
    store_queue_memberships(rows, pg);
}

static void write_devices(const struct projection *projection, struct pg *pg)
{
    size_t n = uuid_map_size(projection->devices);
    const struct store_device **devices = mem_array(projection->ctx, const struct store_device *, n);
    for (size_t i = 0; i < n; i++)
        devices[i] = uuid_map_value(projection->devices, i);
    store_queue_devices(projection->ctx, pg, devices, n);
}

static void write_items(const struct projection *projection, struct pg *pg)
{
    struct store_items *rows = store_items(projection->ctx);
    for (size_t i = 0; i < uuid_map_size(projection->items); i++)
        store_add_item(rows, uuid_map_value(projection->items, i));
    for (size_t i = 0; i < uuid_map_size(projection->changed); i++)
        store_add_digest(rows, uuid_map_get(projection->digests, uuid_map_ids(projection->changed) + i));
    for (size_t i = 0; i < uuid_map_size(projection->subjects); i++) {
        const struct subject *subject = uuid_map_value(projection->subjects, i);
        if (subject) /* none: its only event was refused */
            store_add_subject(rows, subject);
    }
    store_queue_items(rows, pg);
}

static void projection_write(void *work, struct pg *pg)
{
    const struct projection *projection = work;
    write_memberships(projection, pg);
    write_devices(projection, pg);
    write_items(projection, pg);
}

/* --- members ------------------------------------------------------------------------------------------------------ */

static enum err apply_member(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_PROJECTION_PART);
    struct projection *projection = work;
    const Pb__DirectoryMember *record = (const Pb__DirectoryMember *)message->body;
    if (record) {
        const Pb__DirectoryMember *known = uuid_map_get(projection->members, &message->aggregate);
        if (!known || known->version < record->version)
            uuid_map_put(projection->members, &message->aggregate, (void *)(uintptr_t)record);
    }
    return ERR_OK;
}

static const struct loop_handler MEMBERS[] = {{.type = &pb__directory_member__descriptor, .apply = apply_member}};

/* --- devices ------------------------------------------------------------------------------------------------------ */

static enum err keep_device(struct projection *projection, const struct loop_message *message,
                            ProtobufCBinaryData member, const char *device_id, const struct store_device *said)
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

static enum err apply_registered(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_PROJECTION_PART);
    const Pb__DeviceRegistered *event = (const Pb__DeviceRegistered *)message->body;
    const struct store_device device = {
        .token = event->token, .provider = (int32_t)event->provider, .at_us = event->registered_at_us};
    return keep_device(work, message, event->member_id, event->device_id, &device);
}

static enum err apply_removed(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_PROJECTION_PART);
    const Pb__DeviceRemoved *event = (const Pb__DeviceRemoved *)message->body;
    const struct store_device device = {.at_us = event->removed_at_us};
    return keep_device(work, message, event->member_id, event->device_id, &device);
}

static const struct loop_handler DEVICES[] = {
    {&pb__device_registered__descriptor, NULL, apply_registered},
    {&pb__device_removed__descriptor, NULL, apply_removed},
};

/* --- meetings and documents --------------------------------------------------------------------------------------- */

/* Both were read with `err` from the event. `about`: NULL: of a comment; `is`: NULL: it tells nobody. */
static void name_fact(struct projection *projection, const struct loop_message *message, enum err err,
                      const struct subject *about, const struct notification *is)
{
    struct fact *fact = mem_new(message->ctx, struct fact);
    uuid_map_put(projection->facts, &message->id, fact);
    fact->err = err;
    if (!err && about) {
        fact->has_subject = true;
        fact->about = *about;
        uuid_map_name(projection->subjects, &about->id);
    }
    if (!err && is) {
        fact->tells = true;
        fact->is = *is;
        fact->told_at_us = message->now_us;
        fact->rings = push_is_due(is, message->now_us);
        if (is->gathers)
            uuid_map_name(projection->digests, &is->gathering);
    }
}

/* Late facts reach others than were counted: those are counted when it is written. */
static void tell(struct projection *projection, const struct fact *fact, const struct subject *subject)
{
    struct store_item item = {.is = fact->is,
                              .is_new = true,
                              .told_at_us = fact->told_at_us,
                              .has_recipients = fact->about.version == subject->version,
                              .recipients = fact->recipients,
                              .rings_at_us = push_not_before_us(fact->is.created_at_us, fact->recipients)};
    subject_revise(subject, &item.is);
    item.rings = fact->rings && item.is.pushes;
    uuid_map_put(projection->items, &item.is.id, mem_copy(projection->ctx, &item, sizeof item));
}

static void take_subject(struct projection *projection, const struct fact *fact)
{
    const struct subject *last = uuid_map_get(projection->subjects, &fact->about.id);
    const struct subject next = subject_next(last, &fact->about, fact->tells);
    if (fact->tells && subject_tells(last, &fact->about))
        tell(projection, fact, &next);
    uuid_map_put(projection->subjects, &next.id, mem_copy(projection->ctx, &next, sizeof next));
}

/* What this batch makes of a digest's item: new, or what it grows to. */
static struct store_item *item_of(struct projection *projection, const struct fact *fact, const struct digest *digest)
{
    struct store_item *item = uuid_map_get(projection->items, &digest->item);
    if (item)
        return item;
    item = mem_new(projection->ctx, struct store_item);
    item->is = fact->is;
    item->is.id = digest->item;
    item->is_new = digest->facts == 1;
    uuid_map_put(projection->items, &digest->item, item);
    return item;
}

static void gather(struct projection *projection, const struct fact *fact)
{
    TALLOC_CTX *ctx = projection->ctx;
    const struct digest *last = uuid_map_get(projection->digests, &fact->is.gathering);
    const struct digest next = digest_next(last, &fact->is, fact->rings);
    struct store_item *item = item_of(projection, fact, &next);
    item->facts = next.facts;
    item->is.title = digest_title(ctx, fact->is.kind, next.facts);
    if (item->is.created_at_us < fact->is.created_at_us)
        item->is.created_at_us = fact->is.created_at_us;
    if (item->told_at_us < fact->told_at_us)
        item->told_at_us = fact->told_at_us;
    if (next.rings_at_us != (last ? last->rings_at_us : 0)) {
        item->rings = true;
        item->rings_at_us = next.rings_at_us;
    }
    uuid_map_put(projection->digests, &next.key, mem_copy(ctx, &next, sizeof next));
    if (item->is_new || item->rings)
        uuid_map_name(projection->changed, &next.key);
}

static enum err apply_fact(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_PROJECTION_PART);
    struct projection *projection = work;
    const struct fact *fact = uuid_map_get(projection->facts, &message->id);
    if (fact->err)
        return fact->err;
    if (fact->has_subject)
        take_subject(projection, fact);
    else
        gather(projection, fact);
    for (size_t i = 0; i < fact->is.audience.n_members; i++) {
        char id[UUID_TEXT_BYTES];
        uuid_format(&fact->is.audience.members[i], id);
        loop_tag(message->batch, "inbox:%s",
                 id); /* others see it when their copy is out of date: half a second (routes.c) */
    }
    return ERR_OK;
}

/* `err`: of reading `is`. */
static void name_meeting(void *work, const struct loop_message *message, enum err err, const Pb__MeetingFacts *facts,
                         const struct notification *is)
{
    struct subject about;
    if (!err)
        err = subject_of_meeting(message->ctx, facts, &about);
    name_fact(work, message, err, &about, is);
}

static void name_document(void *work, const struct loop_message *message, enum err err, const Pb__DocumentFacts *facts,
                          const struct notification *is)
{
    struct subject about;
    if (!err)
        err = subject_of_document(message->ctx, facts, message->now_us, &about);
    name_fact(work, message, err, &about, is);
}

static enum err needs_scheduled(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_PROJECTION_PART);
    const Pb__MeetingScheduled *event = (const Pb__MeetingScheduled *)message->body;
    struct notification is;
    enum err err = notification_of_scheduled(message->ctx, event, message->now_us, &is);
    name_meeting(work, message, err, event->meeting, &is);
    return ERR_OK;
}

static enum err needs_change(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_PROJECTION_PART);
    const Pb__MeetingChanged *event = (const Pb__MeetingChanged *)message->body;
    bool tells = event->has_notification_id;
    struct notification is;
    enum err err = tells ? notification_of_change(message->ctx, event, message->now_us, &is) : ERR_OK;
    name_meeting(work, message, err, event->meeting, tells ? &is : NULL);
    return ERR_OK;
}

static enum err needs_cancellation(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_PROJECTION_PART);
    const Pb__MeetingCancelled *event = (const Pb__MeetingCancelled *)message->body;
    struct notification is;
    enum err err = notification_of_cancellation(message->ctx, event, message->now_us, &is);
    name_meeting(work, message, err, event->meeting, &is);
    return ERR_OK;
}

static const struct uuid *doer(const struct loop_message *message)
{
    return message->has_actor ? &message->actor : NULL;
}

static enum err needs_comment(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_PROJECTION_PART);
    struct notification is;
    enum err err = notification_of_comment(message->ctx, (const Pb__MeetingCommented *)message->body, doer(message),
                                           &is);
    name_fact(work, message, err, NULL, &is);
    return ERR_OK;
}

static enum err needs_answer(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_PROJECTION_PART);
    struct notification is;
    enum err err = notification_of_answer(message->ctx, (const Pb__CommentAnswered *)message->body, doer(message), &is);
    name_fact(work, message, err, NULL, &is);
    return ERR_OK;
}

static enum err needs_published(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_PROJECTION_PART);
    const Pb__DocumentPublished *event = (const Pb__DocumentPublished *)message->body;
    bool tells = event->notify != PB__NOTIFY__NOTIFY_NONE;
    struct notification is;
    enum err err = tells ? notification_of_document(message->ctx, event, &is) : ERR_OK;
    name_document(work, message, err, event->document, tells ? &is : NULL);
    return ERR_OK;
}

static enum err needs_revision(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_PROJECTION_PART);
    name_document(work, message, ERR_OK, ((const Pb__DocumentChanged *)message->body)->document, NULL);
    return ERR_OK;
}

static enum err needs_withdrawal(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &NOTIFICATION_PROJECTION_PART);
    name_document(work, message, ERR_OK, ((const Pb__DocumentWithdrawn *)message->body)->document, NULL);
    return ERR_OK;
}

static const struct loop_handler MEETINGS[] = {
    {&pb__meeting_scheduled__descriptor, needs_scheduled, apply_fact},
    {&pb__meeting_changed__descriptor, needs_change, apply_fact},
    {&pb__meeting_cancelled__descriptor, needs_cancellation, apply_fact},
    {&pb__meeting_commented__descriptor, needs_comment, apply_fact},
    {&pb__comment_answered__descriptor, needs_answer, apply_fact},
};

static const struct loop_handler DOCUMENTS[] = {
    {&pb__document_published__descriptor, needs_published, apply_fact},
    {&pb__document_changed__descriptor, needs_revision, apply_fact},
    {&pb__document_withdrawn__descriptor, needs_withdrawal, apply_fact},
};

static const struct loop_handlers HANDLERS[] = {
    LOOP_HANDLERS(TOPIC_DIRECTORY_MEMBERS, MEMBERS), LOOP_HANDLERS(TOPIC_AUTH_EVENTS, DEVICES),
    LOOP_HANDLERS(TOPIC_MEETING_EVENTS, MEETINGS), LOOP_HANDLERS(TOPIC_DOCUMENT_EVENTS, DOCUMENTS)};

const struct loop_part NOTIFICATION_PROJECTION_PART = {
    .name = "inbox",
    .handlers = HANDLERS,
    .n_handlers = sizeof HANDLERS / sizeof *HANDLERS,
    .new = projection_new,
    .load = projection_load,
    .loaded = projection_loaded,
    .write = projection_write,
};
