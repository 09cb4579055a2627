#include "services/analytics/person/person_events.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/analytics/counts/counts.h"
#include "services/analytics/person/person_store.h"
#include "sotay/v1/analytics.pb-c.h"
#include "sotay/v1/auth.pb-c.h"
#include <string.h>

/* Members who are no longer active, in one batch: midnight ends the month of all who started the app on one day. */
enum { EXPIRED_LIMIT = 500 };

struct device {
    struct device *next;
    struct person_device is;
    bool is_changed;
};

/* A member before and after the batch. */
struct change {
    struct person was, is;
    struct device *devices; /* loaded where an event is about one of them */
    bool has_devices;
};

/* The newest record of the batch. */
struct told {
    const Pb__DirectoryMember *record;
};

struct people {
    struct loop_batch *batch;
    TALLOC_CTX *ctx;
    struct uuid_map *changes;      /* struct change */
    struct uuid_map *told;         /* struct told, of those whom the directory tells of */
    struct uuid_map *device_users; /* a set */
    struct {
        struct pg_result *members, *expired, *devices;
    } rows;
};

static struct people *people_of(const struct loop_batch *batch)
{
    return loop_state(batch, &PERSON_PART);
}

static struct change *change_of(struct people *people, const struct uuid *member)
{
    return UUID_MAP_MAKE(people->changes, member, struct change);
}

const Pb__DirectoryMember *person_record(const struct loop_batch *batch, const struct uuid *member)
{
    return change_of(people_of(batch), member)->is.record;
}

/* --- the directory ----------------------------------------------------------------------------------------------- */

static void keep_newest(struct people *people, const struct uuid *member, const Pb__DirectoryMember *record)
{
    struct told *told = UUID_MAP_MAKE(people->told, member, struct told);
    if (!told->record || told->record->version < record->version)
        told->record = record;
}

static enum err want_member(const struct loop_message *message)
{
    struct people *people = people_of(message->batch);
    const Pb__DirectoryMember *record = (const Pb__DirectoryMember *)message->body;
    struct uuid branch;
    counts_note(message);
    change_of(people, &message->aggregate);
    if (record)
        keep_newest(people, &message->aggregate, record);
    for (size_t i = 0; record && i < record->n_intervals; i++)
        if (uuid_from_pb(record->intervals[i]->branch_id, &branch) == ERR_OK)
            counts_want(message, &branch);
    return ERR_OK;
}

const Pb__DirectoryMember *people_told(const struct loop_batch *batch, size_t i, struct uuid *ret_member)
{
    const struct people *people = people_of(batch);
    if (i >= uuid_map_size(people->told))
        return NULL;
    *ret_member = uuid_map_ids(people->told)[i];
    return ((const struct told *)uuid_map_value(people->told, i))->record;
}

static enum err apply_member(const struct loop_message *message)
{
    struct change *person = change_of(people_of(message->batch), &message->aggregate);
    const Pb__DirectoryMember *record = (const Pb__DirectoryMember *)message->body;
    if (record && person->is.version < record->version)
        person_take(&person->is, record);
    return ERR_OK;
}

/* --- adoption ---------------------------------------------------------------------------------------------------- */

static enum err want_activated(const struct loop_message *message)
{
    struct uuid member;
    if (uuid_from_pb(((const Pb__MemberActivated *)message->body)->member_id, &member))
        return ERR_MALFORMED;
    counts_note(message);
    change_of(people_of(message->batch), &member);
    return ERR_OK;
}

static enum err apply_activated(const struct loop_message *message)
{
    struct uuid member = uuid_or_zero(((const Pb__MemberActivated *)message->body)->member_id); /* checked */
    change_of(people_of(message->batch), &member)->is.is_activated = true;
    return ERR_OK;
}

static enum err want_device(const struct loop_message *message, ProtobufCBinaryData member)
{
    struct people *people = people_of(message->batch);
    struct uuid owner;
    if (uuid_from_pb(member, &owner))
        return ERR_MALFORMED;
    counts_note(message);
    change_of(people, &owner)->has_devices = true;
    uuid_map_name(people->device_users, &owner);
    return ERR_OK;
}

static struct device *find_device(const struct people *people, struct change *person, const char *id)
{
    struct device *device = person->devices;
    while (device && strcmp(device->is.id, id) != 0)
        device = device->next;
    if (!device) {
        device = mem_new(people->ctx, struct device);
        device->is = (struct person_device){.id = mem_text(people->ctx, id), .at_us = INT64_MIN};
        device->next = person->devices;
        person->devices = device;
    }
    return device;
}

/* The newest of what is told of a device holds. */
static enum err keep_device(const struct loop_message *message, ProtobufCBinaryData member, const char *id,
                            int64_t at_us, bool is_present)
{
    struct people *people = people_of(message->batch);
    struct uuid owner = uuid_or_zero(member); /* want_device has checked it */
    struct device *device = find_device(people, change_of(people, &owner), id);
    if (device->is.at_us >= at_us)
        return ERR_OK;
    device->is.at_us = at_us;
    device->is.is_present = is_present;
    device->is_changed = true;
    return ERR_OK;
}

static enum err want_registered(const struct loop_message *message)
{
    return want_device(message, ((const Pb__DeviceRegistered *)message->body)->member_id);
}

static enum err apply_registered(const struct loop_message *message)
{
    const Pb__DeviceRegistered *event = (const Pb__DeviceRegistered *)message->body;
    return keep_device(message, event->member_id, event->device_id, event->registered_at_us, true);
}

static enum err want_removed(const struct loop_message *message)
{
    return want_device(message, ((const Pb__DeviceRemoved *)message->body)->member_id);
}

static enum err apply_removed(const struct loop_message *message)
{
    const Pb__DeviceRemoved *event = (const Pb__DeviceRemoved *)message->body;
    return keep_device(message, event->member_id, event->device_id, event->removed_at_us, false);
}

/* Whoever reports activity has started the app. */
static enum err want_start(const struct loop_message *message)
{
    counts_note(message);
    change_of(people_of(message->batch), &message->actor);
    return ERR_OK;
}

static enum err apply_start(const struct loop_message *message)
{
    struct change *person = change_of(people_of(message->batch), &message->actor);
    person_take_start(&person->is, clock_local_date(message->now_us), clock_local_date(counts_now_us(message->batch)));
    return ERR_OK;
}

/* --- the part ---------------------------------------------------------------------------------------------------- */

static void *people_new(struct loop_batch *batch)
{
    struct people *people = mem_new(loop_ctx(batch), struct people);
    people->batch = batch;
    people->ctx = loop_ctx(batch);
    people->changes = uuid_map_new(people->ctx);
    people->told = uuid_map_new(people->ctx);
    people->device_users = uuid_map_new(people->ctx);
    return people;
}

static void people_load(void *state, struct pg *pg)
{
    struct people *people = state;
    int32_t active_since = clock_local_date(counts_now_us(people->batch)) - PERSON_ACTIVE_DAYS;
    people->rows.members = person_store_read(pg, people->ctx, uuid_map_ids(people->changes),
                                             uuid_map_size(people->changes));
    people->rows.expired = person_store_read_expired(pg, people->ctx, active_since, EXPIRED_LIMIT);
    people->rows.devices = person_store_read_devices(pg, people->ctx, uuid_map_ids(people->device_users),
                                                     uuid_map_size(people->device_users));
}

/* The member of a row, and where his branch counts. */
static enum err read_member(struct people *people, const struct pg_result *rows, size_t row, struct change **ret_person)
{
    struct uuid id = pg_get_uuid(rows, row, 0);
    struct change *person = change_of(people, &id);
    size_t n_path;
    enum err err = person_store_get(people->ctx, rows, row, &person->was);
    if (err)
        return err;
    person->is = person->was;
    const struct uuid *path = person_store_get_path(people->ctx, rows, row, &n_path);
    if (person->was.has_branch && path)
        counts_know(people->batch, &person->was.branch, path, n_path);
    *ret_person = person;
    return ERR_OK;
}

static void read_devices(struct people *people)
{
    for (size_t row = 0; row < pg_rows(people->rows.devices); row++) {
        struct uuid owner = pg_get_uuid(people->rows.devices, row, 0);
        struct change *person = change_of(people, &owner);
        struct device *device = mem_new(people->ctx, struct device);
        person_store_get_device(people->ctx, people->rows.devices, row, &device->is);
        device->next = person->devices;
        person->devices = device;
    }
}

static enum err people_loaded(void *state)
{
    struct people *people = state;
    enum err err = ERR_OK;
    struct change *person;
    read_devices(people);
    for (size_t row = 0; !err && row < pg_rows(people->rows.members); row++)
        err = read_member(people, people->rows.members, row, &person);
    for (size_t row = 0; !err && row < pg_rows(people->rows.expired); row++) {
        err = read_member(people, people->rows.expired, row, &person);
        if (!err)
            person->is.is_active = false; /* until a start that this batch tells of */
    }
    return err;
}

const struct uuid *people_reached_anew(const struct loop_batch *batch, size_t *ret_n)
{
    const struct people *people = people_of(batch);
    struct uuid *found = mem_array(people->ctx, struct uuid, uuid_map_size(people->changes) + 1);
    *ret_n = 0;
    for (size_t i = 0; i < uuid_map_size(people->changes); i++) {
        const struct change *person = uuid_map_value(people->changes, i);
        if (!person_reached_alike(&person->was, &person->is))
            found[(*ret_n)++] = uuid_map_ids(people->changes)[i];
    }
    return found;
}

static void count(const struct people *people, const struct person *person, int32_t sign)
{
    struct total_counts counts = person_count(person);
    if (person_is_counted(person))
        counts_add_total(people->batch, &person->branch, &counts, sign);
}

static void write_devices(struct change *person, const struct uuid *member, struct pg_args *rows)
{
    if (person->has_devices)
        person->is.devices = 0;
    for (const struct device *device = person->devices; device; device = device->next) {
        person->is.devices += device->is.is_present;
        if (device->is_changed)
            person_store_add_device(rows, member, &device->is);
    }
}

static void people_write(void *state, struct pg *pg)
{
    struct people *people = state;
    struct pg_args *adoption = person_store_adoption(people->ctx), *devices = person_store_devices(people->ctx);
    for (size_t i = 0; i < uuid_map_size(people->changes); i++) {
        const struct uuid *member = &uuid_map_ids(people->changes)[i];
        struct change *person = uuid_map_value(people->changes, i);
        write_devices(person, member, devices);
        if (!person_same_adoption(&person->was, &person->is))
            person_store_add_adoption(adoption, member, &person->is);
        count(people, &person->was, -1);
        count(people, &person->is, 1);
    }
    pg_queue(pg, adoption);
    pg_queue(pg, devices);
}

static const struct loop_handler RECORDS[] = {{&pb__directory_member__descriptor, want_member, apply_member}};
static const struct loop_handler ADOPTION[] = {
    {&pb__member_activated__descriptor, want_activated, apply_activated},
    {&pb__device_registered__descriptor, want_registered, apply_registered},
    {&pb__device_removed__descriptor, want_removed, apply_removed},
};
static const struct loop_handler ACTIVITY[] = {{&pb__record_activity__descriptor, want_start, apply_start}};
static const struct loop_handlers HANDLERS[] = {
    LOOP_HANDLERS(TOPIC_DIRECTORY_MEMBERS, RECORDS),
    LOOP_HANDLERS(TOPIC_AUTH_EVENTS, ADOPTION),
    LOOP_HANDLERS(TOPIC_ACTIVITY, ACTIVITY),
};
const struct loop_part PERSON_PART = {.name = "person",
                                      .handlers = HANDLERS,
                                      .n_handlers = ARRAY_LENGTH(HANDLERS),
                                      .new = people_new,
                                      .load = people_load,
                                      .loaded = people_loaded,
                                      .write = people_write};
