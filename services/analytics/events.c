/* The projections: an event changes the facts that it names. Counters follow from the change (work.c). */
#include "services/analytics/events.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/analytics/work.h"
#include "sotay/v1/auth.pb-c.h"
#include <string.h>

/* --- helpers of `needs`: a wrong id is found by apply ------------------------------------------------------------- */

static void name_place(struct work *work, ProtobufCBinaryData org)
{
    struct uuid id;
    if (uuid_from_pb(org, &id) == ERR_OK)
        work_place(work, &id);
}

static void name_person(struct work *work, ProtobufCBinaryData member, bool with_devices)
{
    struct uuid id;
    if (uuid_from_pb(member, &id))
        return;
    struct person *person = work_person(work, &id);
    person->needs_devices = person->needs_devices || with_devices;
}

/* --- directory ---------------------------------------------------------------------------------------------------- */

static enum err needs_organization(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    work_note(arg, message);
    work_place(arg, &message->aggregate);
    return ERR_OK;
}

static enum err apply_organization(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    struct place *place = work_place(arg, &message->aggregate);
    const Pb__DirectoryOrganization *record = (const Pb__DirectoryOrganization *)message->body;
    if (record && (!place->told || place->told->version < record->version))
        place->told = record;
    return ERR_OK;
}

static enum err needs_member(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    struct work *work = arg;
    const Pb__DirectoryMember *record = (const Pb__DirectoryMember *)message->body;
    struct person *person = work_person(work, &message->aggregate);
    work_note(work, message);
    if (record && (!person->told || person->told->version < record->version))
        person->told = record;
    for (size_t i = 0; record && i < record->n_intervals; i++)
        name_place(work, record->intervals[i]->branch_id);
    return ERR_OK;
}

static enum err apply_member(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    struct person *person = work_person(arg, &message->aggregate);
    const Pb__DirectoryMember *record = (const Pb__DirectoryMember *)message->body;
    if (record && person->is.version < record->version)
        analytics_take_member(&person->is, record);
    return ERR_OK;
}

static const struct loop_handler ORGANIZATIONS[] = {
    {&pb__directory_organization__descriptor, needs_organization, apply_organization}};
static const struct loop_handler MEMBERS[] = {{&pb__directory_member__descriptor, needs_member, apply_member}};

/* --- meetings ----------------------------------------------------------------------------------------------------- */

/* Every meeting event but the two about comments begins with its facts. */
static const Pb__MeetingFacts *facts_of(const struct loop_message *message)
{
    return ((const Pb__MeetingDrafted *)message->body)->meeting;
}
_Static_assert(offsetof(Pb__MeetingDrafted, meeting) == offsetof(Pb__MeetingScheduled, meeting), "facts come first");
_Static_assert(offsetof(Pb__MeetingDrafted, meeting) == offsetof(Pb__MeetingChanged, meeting), "facts come first");
_Static_assert(offsetof(Pb__MeetingDrafted, meeting) == offsetof(Pb__MeetingCancelled, meeting), "facts come first");
_Static_assert(offsetof(Pb__MeetingDrafted, meeting) == offsetof(Pb__MeetingDraftDeleted, meeting), "facts come first");

static enum err needs_meeting(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    work_note(arg, message);
    work_meeting(arg, &message->aggregate);
    name_place(arg, facts_of(message)->organization_id);
    return ERR_OK;
}

static enum err apply_meeting(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    const Pb__MeetingFacts *facts = facts_of(message);
    struct meeting_fact *meeting = work_meeting(arg, &message->aggregate);
    struct uuid org;
    if (uuid_from_pb(facts->organization_id, &org))
        return ERR_MALFORMED;
    if (meeting->is.version < facts->version)
        analytics_take_meeting(&meeting->is, facts, &org);
    return ERR_OK;
}

static enum err needs_comment(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    const Pb__MeetingCommented *comment = (const Pb__MeetingCommented *)message->body;
    struct uuid id;
    work_note(arg, message);
    if (uuid_from_pb(comment->comment_id, &id) == ERR_OK)
        work_comment(arg, &id);
    name_place(arg, comment->organization_id);
    return ERR_OK;
}

static enum err apply_comment(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    static const struct analytics_month ONE = {.n[MONTH_COMMENTS] = 1};
    struct work *work = arg;
    const Pb__MeetingCommented *comment = (const Pb__MeetingCommented *)message->body;
    struct uuid id, org;
    if (uuid_from_pb(comment->comment_id, &id) || uuid_from_pb(comment->organization_id, &org))
        return ERR_MALFORMED;
    struct comment_fact *fact = work_comment(work, &id);
    if (fact->is_known)
        return ERR_OK;
    fact->is_known = true;
    store_add_comment(work->new_comments, &id, &org, comment->month);
    work_add_month(work, &org, comment->month, &ONE, 1);
    return ERR_OK;
}

static const struct loop_handler MEETINGS[] = {
    {&pb__meeting_drafted__descriptor, needs_meeting, apply_meeting},
    {&pb__meeting_scheduled__descriptor, needs_meeting, apply_meeting},
    {&pb__meeting_changed__descriptor, needs_meeting, apply_meeting},
    {&pb__meeting_cancelled__descriptor, needs_meeting, apply_meeting},
    {&pb__meeting_draft_deleted__descriptor, needs_meeting, apply_meeting},
    {&pb__meeting_commented__descriptor, needs_comment, apply_comment},
};

/* --- documents ---------------------------------------------------------------------------------------------------- */

static const Pb__DocumentFacts *document_of(const struct loop_message *message)
{
    return ((const Pb__DocumentChanged *)message->body)->document;
}
_Static_assert(offsetof(Pb__DocumentChanged, document) == offsetof(Pb__DocumentPublished, document),
               "facts come first");
_Static_assert(offsetof(Pb__DocumentChanged, document) == offsetof(Pb__DocumentWithdrawn, document),
               "facts come first");

static enum err needs_document(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    work_note(arg, message);
    work_document(arg, &message->aggregate);
    name_place(arg, document_of(message)->organization_id);
    return ERR_OK;
}

static enum err apply_document(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    const Pb__DocumentFacts *facts = document_of(message);
    struct document_fact *document = work_document(arg, &message->aggregate);
    struct uuid org;
    if (uuid_from_pb(facts->organization_id, &org))
        return ERR_MALFORMED;
    if (document->is.version < facts->version)
        analytics_take_document(message->ctx, &document->is, facts, &org, message->now_us);
    return ERR_OK;
}

static const struct loop_handler DOCUMENTS[] = {
    {&pb__document_published__descriptor, needs_document, apply_document},
    {&pb__document_changed__descriptor, needs_document, apply_document},
    {&pb__document_withdrawn__descriptor, needs_document, apply_document},
};

/* --- adoption ----------------------------------------------------------------------------------------------------- */

static enum err needs_activated(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    work_note(arg, message);
    name_person(arg, ((const Pb__MemberActivated *)message->body)->member_id, false);
    return ERR_OK;
}

static enum err apply_activated(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    struct uuid member;
    if (uuid_from_pb(((const Pb__MemberActivated *)message->body)->member_id, &member))
        return ERR_MALFORMED;
    work_person(arg, &member)->is.is_activated = true;
    return ERR_OK;
}

static struct device_fact *find_device(struct work *work, struct person *person, const char *id)
{
    struct device_fact *device = person->devices;
    while (device && strcmp(device->is.id, id) != 0)
        device = device->next;
    if (!device) {
        device = mem_new(work->ctx, struct device_fact);
        device->is = (struct store_device){.id = mem_text(work->ctx, id), .at_us = INT64_MIN};
        device->next = person->devices;
        person->devices = device;
    }
    return device;
}

static enum err keep_device(struct work *work, ProtobufCBinaryData member, const char *id, int64_t at_us,
                            bool is_present)
{
    struct uuid owner;
    if (uuid_from_pb(member, &owner))
        return ERR_MALFORMED;
    struct device_fact *device = find_device(work, work_person(work, &owner), id);
    if (device->is.at_us >= at_us)
        return ERR_OK;
    device->is.at_us = at_us;
    device->is.is_present = is_present;
    device->is_changed = true;
    return ERR_OK;
}

static enum err needs_registered(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    work_note(arg, message);
    name_person(arg, ((const Pb__DeviceRegistered *)message->body)->member_id, true);
    return ERR_OK;
}

static enum err apply_registered(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    const Pb__DeviceRegistered *event = (const Pb__DeviceRegistered *)message->body;
    return keep_device(arg, event->member_id, event->device_id, event->registered_at_us, true);
}

static enum err needs_removed(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    work_note(arg, message);
    name_person(arg, ((const Pb__DeviceRemoved *)message->body)->member_id, true);
    return ERR_OK;
}

static enum err apply_removed(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    const Pb__DeviceRemoved *event = (const Pb__DeviceRemoved *)message->body;
    return keep_device(arg, event->member_id, event->device_id, event->removed_at_us, false);
}

static const struct loop_handler ACCOUNTS[] = {
    {&pb__member_activated__descriptor, needs_activated, apply_activated},
    {&pb__device_registered__descriptor, needs_registered, apply_registered},
    {&pb__device_removed__descriptor, needs_removed, apply_removed},
};

/* --- activity ----------------------------------------------------------------------------------------------------- */

/* The subject of an item that is a reading. The gateway's contract has it; an old client's slip is no reason to
 * stop. */
static bool is_reading(const Pb__RecordActivity__Item *item, struct uuid *ret_subject)
{
    return item->kind == PB__ACTIVITY_KIND__ACTIVITY_KIND_READ && item->subject &&
           uuid_from_pb(item->subject->id, ret_subject) == ERR_OK;
}

static enum err needs_activity(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    const Pb__RecordActivity *activity = (const Pb__RecordActivity *)message->body;
    struct uuid subject;
    work_note(arg, message);
    work_person(arg, &message->actor);
    for (size_t i = 0; i < activity->n_items; i++)
        if (is_reading(activity->items[i], &subject))
            work_reading(arg, &message->actor, &subject);
    return ERR_OK;
}

static void keep_reading(struct work *work, const struct loop_message *message, const Pb__RecordActivity__Item *item,
                         const struct uuid *subject)
{
    struct analytics_reading *reading = &work_reading(work, &message->actor, subject)->is;
    int64_t at_us = analytics_at(item->at_us, message->now_us);
    if (reading->is_known && reading->at_us <= at_us)
        return;
    reading->is_known = true;
    reading->type = item->subject->type;
    reading->at_us = at_us;
}

static enum err apply_activity(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &ANALYTICS_PART);
    struct work *work = arg;
    const Pb__RecordActivity *activity = (const Pb__RecordActivity *)message->body;
    struct uuid subject;
    analytics_take_start(&work_person(work, &message->actor)->is, clock_local_date(message->now_us),
                         clock_local_date(work->now_us));
    for (size_t i = 0; i < activity->n_items; i++)
        if (is_reading(activity->items[i], &subject))
            keep_reading(work, message, activity->items[i], &subject);
    return ERR_OK;
}

static const struct loop_handler ACTIVITY[] = {{&pb__record_activity__descriptor, needs_activity, apply_activity}};

static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DIRECTORY_ORGANIZATIONS, ORGANIZATIONS),
                                                LOOP_HANDLERS(TOPIC_DIRECTORY_MEMBERS, MEMBERS),
                                                LOOP_HANDLERS(TOPIC_MEETING_EVENTS, MEETINGS),
                                                LOOP_HANDLERS(TOPIC_DOCUMENT_EVENTS, DOCUMENTS),
                                                LOOP_HANDLERS(TOPIC_AUTH_EVENTS, ACCOUNTS),
                                                LOOP_HANDLERS(TOPIC_ACTIVITY, ACTIVITY)};

const struct loop_part ANALYTICS_PART = {
    .name = "facts",
    .handlers = HANDLERS,
    .n_handlers = sizeof HANDLERS / sizeof *HANDLERS,
    .new = work_new,
    .load = work_load,
    .loaded = work_loaded,
    .write = work_write,
};
