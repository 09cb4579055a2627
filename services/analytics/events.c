/* Facts first, then one recount of what they touched: the organisations' months, and the branches' members. The directory's rows are
 * written before both, in the same flush, so that a recount sees them. */
#include "services/analytics/events.h"

#include "common/clock.h"
#include "common/mem.h"
#include "common/uuid_map.h"
#include "services/analytics/analytics.h"
#include "services/analytics/store.h"
#include "sotay/v1/auth.pb-c.h"
#include "sotay/v1/document.pb-c.h"

struct audience {
    struct audience *next;
    const struct uuid *document, *orgs;
    size_t n;
    int32_t month;
    bool subtree;
};

struct work {
    struct directory_work directory;   /* first: the directory's handlers find it here */
    struct directory_set *set;         /* paths of the organisations named, for tags */
    struct uuid_map *people;           /* whose branches are recounted: before the batch, and after */
    struct uuid_map *organizations;    /* arrived or changed: recounted with all their months */
    struct uuid_map *branches_touched; /* recounted: their members */
    struct uuid_map *subjects;         /* meetings and documents: the months they counted in before are recounted too */
    struct uuid_map *documents;        /* whose audience is counted */
    struct audience *audiences;
    struct pg_args *meetings, *comments, *document_facts, *reads, *activity, *activations, *devices, *months;
    struct pg_result *branches;      /* of the people, before the batch */
    struct pg_result *months_before; /* of the subjects */
    int64_t now_us;
};

static void *work_new(TALLOC_CTX *ctx)
{
    struct work *work = mem_new(ctx, struct work);
    directory_work_init(&work->directory, ctx);
    work->set = directory_set_new(ctx);
    work->people = uuid_map_new(ctx);
    work->organizations = uuid_map_new(ctx);
    work->branches_touched = uuid_map_new(ctx);
    work->subjects = uuid_map_new(ctx);
    work->documents = uuid_map_new(ctx);
    work->meetings = store_meetings(ctx);
    work->comments = store_comments(ctx);
    work->document_facts = store_documents(ctx);
    work->reads = store_reads(ctx);
    work->activity = store_activity(ctx);
    work->activations = store_activations(ctx);
    work->devices = store_devices(ctx);
    work->months = store_month_args(ctx);
    return work;
}

static void work_load(void *arg, struct pg *pg)
{
    struct work *work = arg;
    store_queue_lock(pg, work->directory.ctx);
    directory_set_load(work->set, pg);
    work->months_before = store_queue_months(pg, work->directory.ctx, uuid_map_ids(work->subjects), uuid_map_size(work->subjects));
    work->branches = store_queue_branches(pg, work->directory.ctx, uuid_map_ids(work->people), uuid_map_size(work->people));
}

static enum err work_loaded(void *arg)
{
    return directory_set_loaded(((struct work *)arg)->set);
}

/* --- writing ------------------------------------------------------------------------------------------------------------------------ */

/* The branches that people left: the recount itself finds those they are in now. */
static void name_branches_before(struct work *work)
{
    for (size_t row = 0; row < pg_rows(work->branches); row++) {
        struct uuid branch = pg_get_uuid(work->branches, row, 1);
        uuid_map_name(work->branches_touched, &branch);
    }
    for (size_t i = 0; i < uuid_map_size(work->organizations); i++)
        uuid_map_name(work->branches_touched, &uuid_map_ids(work->organizations)[i]);
}

/* A meeting that was moved to another month no longer counts in this one. */
static void name_months_before(struct work *work)
{
    for (size_t row = 0; row < pg_rows(work->months_before); row++) {
        struct uuid org = pg_get_uuid(work->months_before, row, 0);
        store_add_month(work->months, &org, (int32_t)pg_get_int8(work->months_before, row, 1));
    }
}

static void write_facts(struct work *work, struct pg *pg)
{
    struct pg_args *facts[] = {work->meetings, work->comments,    work->document_facts, work->reads,
                               work->activity, work->activations, work->devices};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        pg_queue(pg, facts[i]);
    for (const struct audience *a = work->audiences; a; a = a->next)
        store_queue_audience(pg, work->directory.ctx, a->document, a->month, a->orgs, a->n, a->subtree);
}

static void work_write(void *arg, struct pg *pg)
{
    struct work *work = arg;
    TALLOC_CTX *ctx = work->directory.ctx;
    name_branches_before(work);
    name_months_before(work);
    directory_work_write(&work->directory, pg);
    write_facts(work, pg);
    pg_queue(pg, work->months);
    store_queue_recount_paths(pg, ctx, uuid_map_ids(work->organizations), uuid_map_size(work->organizations));
    store_queue_recount_audience(pg, ctx, uuid_map_ids(work->documents), uuid_map_size(work->documents));
    store_queue_recount_totals(pg, ctx, uuid_map_ids(work->people), uuid_map_size(work->people), uuid_map_ids(work->branches_touched),
                               uuid_map_size(work->branches_touched), work->now_us - ANALYTICS_ACTIVE_US);
}

const struct loop_ops ANALYTICS_OPS = {.work_new = work_new, .load = work_load, .loaded = work_loaded, .write = work_write};

/* --- helpers of handlers ------------------------------------------------------------------------------------------------------------ */

static void note_time(struct work *work, const struct loop_message *message)
{
    work->now_us = message->now_us > work->now_us ? message->now_us : work->now_us;
}

static void name_org(struct work *work, ProtobufCBinaryData org)
{
    struct uuid id;
    if (uuid_from_pb(org, &id) == ERR_OK)
        directory_set_name_org(work->set, &id);
}

/* Dashboards of the organisation and of all above it are stale. */
static void tag_dashboards(const struct work *work, const struct loop_message *message, const struct uuid *org)
{
    const struct directory_org *known = directory_set_org(work->set, org);
    char text[UUID_TEXT_BYTES];
    uuid_format(org, text);
    loop_tag(message, "dashboard:%s", text);
    for (size_t i = 0; known && i < known->n_path; i++) {
        uuid_format(&known->path[i], text);
        loop_tag(message, "dashboard:%s", text);
    }
}

static void touch_month(struct work *work, const struct loop_message *message, const struct uuid *org, int32_t month)
{
    note_time(work, message);
    store_add_month(work->months, org, month);
    tag_dashboards(work, message, org);
}

/* --- directory ---------------------------------------------------------------------------------------------------------------------- */

static enum err apply_organization(void *arg, const struct loop_message *message)
{
    struct work *work = arg;
    note_time(work, message);
    uuid_map_name(work->organizations, &message->aggregate);
    return DIRECTORY_ORGANIZATION_HANDLERS[0].apply(work, message);
}

static void needs_member(void *arg, const struct loop_message *message)
{
    uuid_map_name(((struct work *)arg)->people, &message->aggregate);
}

static enum err apply_member(void *arg, const struct loop_message *message)
{
    note_time(arg, message);
    return DIRECTORY_MEMBER_HANDLERS[0].apply(arg, message);
}

const struct loop_handler ANALYTICS_ORGANIZATION_HANDLERS[1] = {{&pb__directory_organization__descriptor, NULL, apply_organization}};
const struct loop_handler ANALYTICS_MEMBER_HANDLERS[1] = {{&pb__directory_member__descriptor, needs_member, apply_member}};

/* --- meetings ----------------------------------------------------------------------------------------------------------------------- */

/* Every meeting event but the two about comments begins with its facts. */
static const Pb__MeetingFacts *facts_of(const struct loop_message *message)
{
    return ((const Pb__MeetingDrafted *)message->body)->meeting;
}
_Static_assert(offsetof(Pb__MeetingDrafted, meeting) == offsetof(Pb__MeetingScheduled, meeting), "facts come first");
_Static_assert(offsetof(Pb__MeetingDrafted, meeting) == offsetof(Pb__MeetingChanged, meeting), "facts come first");
_Static_assert(offsetof(Pb__MeetingDrafted, meeting) == offsetof(Pb__MeetingCancelled, meeting), "facts come first");
_Static_assert(offsetof(Pb__MeetingDrafted, meeting) == offsetof(Pb__MeetingDraftDeleted, meeting), "facts come first");

static void needs_meeting(void *arg, const struct loop_message *message)
{
    name_org(arg, facts_of(message)->organization_id);
    uuid_map_name(((struct work *)arg)->subjects, &message->aggregate);
}

static enum err apply_meeting(void *arg, const struct loop_message *message)
{
    struct work *work = arg;
    const Pb__MeetingFacts *facts = facts_of(message);
    struct uuid id, org;
    if (uuid_from_pb(facts->meeting_id, &id) || uuid_from_pb(facts->organization_id, &org))
        return ERR_MALFORMED;
    store_add_meeting(work->meetings, &id, facts->version, &org, facts->month, (int32_t)facts->kind, (int32_t)facts->state,
                      analytics_is_registered(facts), facts->has_registered_on_time && facts->registered_on_time);
    touch_month(work, message, &org, facts->month);
    return ERR_OK;
}

static void needs_comment(void *arg, const struct loop_message *message)
{
    name_org(arg, ((const Pb__MeetingCommented *)message->body)->organization_id);
}

static enum err apply_comment(void *arg, const struct loop_message *message)
{
    struct work *work = arg;
    const Pb__MeetingCommented *comment = (const Pb__MeetingCommented *)message->body;
    struct uuid id, org;
    if (uuid_from_pb(comment->comment_id, &id) || uuid_from_pb(comment->organization_id, &org))
        return ERR_MALFORMED;
    store_add_comment(work->comments, &id, &org, comment->month);
    touch_month(work, message, &org, comment->month);
    return ERR_OK;
}

const struct loop_handler ANALYTICS_MEETING_HANDLERS[ANALYTICS_N_MEETING_EVENTS] = {
    {&pb__meeting_drafted__descriptor, needs_meeting, apply_meeting},
    {&pb__meeting_scheduled__descriptor, needs_meeting, apply_meeting},
    {&pb__meeting_changed__descriptor, needs_meeting, apply_meeting},
    {&pb__meeting_cancelled__descriptor, needs_meeting, apply_meeting},
    {&pb__meeting_draft_deleted__descriptor, needs_meeting, apply_meeting},
    {&pb__meeting_commented__descriptor, needs_comment, apply_comment},
};

/* --- documents ---------------------------------------------------------------------------------------------------------------------- */

static const Pb__DocumentFacts *document_of(const struct loop_message *message)
{
    return ((const Pb__DocumentChanged *)message->body)->document;
}
_Static_assert(offsetof(Pb__DocumentChanged, document) == offsetof(Pb__DocumentPublished, document), "facts come first");
_Static_assert(offsetof(Pb__DocumentChanged, document) == offsetof(Pb__DocumentWithdrawn, document), "facts come first");

static void needs_document(void *arg, const struct loop_message *message)
{
    name_org(arg, document_of(message)->organization_id);
    uuid_map_name(((struct work *)arg)->subjects, &message->aggregate);
}

static enum err apply_document(void *arg, const struct loop_message *message)
{
    struct work *work = arg;
    const Pb__DocumentFacts *facts = document_of(message);
    struct uuid org;
    int32_t month = facts->has_month ? facts->month : clock_local_month(message->now_us);
    if (uuid_from_pb(facts->organization_id, &org))
        return ERR_MALFORMED;
    store_add_document(work->document_facts, &message->aggregate, facts->version, &org, month,
                       facts->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED);
    touch_month(work, message, &org, month);
    return ERR_OK;
}

static void keep_audience(struct work *work, const struct loop_message *message, const Pb__Audience *audience, int32_t month)
{
    struct uuid *orgs = mem_array(message->ctx, struct uuid, audience->n_organization_ids + 1);
    struct audience *a = mem_new(message->ctx, struct audience);
    for (size_t i = 0; i < audience->n_organization_ids; i++)
        if (uuid_from_pb(audience->organization_ids[i], &orgs[a->n]) == ERR_OK)
            a->n++;
    a->document = &message->aggregate;
    a->orgs = orgs;
    a->month = month;
    a->subtree = audience->subtree;
    a->next = work->audiences;
    work->audiences = a;
    uuid_map_name(work->documents, &message->aggregate);
}

static enum err apply_published(void *arg, const struct loop_message *message)
{
    const Pb__DocumentPublished *event = (const Pb__DocumentPublished *)message->body;
    enum err err = apply_document(arg, message);
    if (!err)
        keep_audience(arg, message, event->document->audience, clock_local_month(event->published_at_us));
    return err;
}

const struct loop_handler ANALYTICS_DOCUMENT_HANDLERS[ANALYTICS_N_DOCUMENT_EVENTS] = {
    {&pb__document_published__descriptor, needs_document, apply_published},
    {&pb__document_changed__descriptor, needs_document, apply_document},
    {&pb__document_withdrawn__descriptor, needs_document, apply_document},
};

/* --- adoption ----------------------------------------------------------------------------------------------------------------------- */

static void name_person(void *arg, ProtobufCBinaryData member)
{
    struct uuid id;
    if (uuid_from_pb(member, &id) == ERR_OK)
        uuid_map_name(((struct work *)arg)->people, &id);
}

static void needs_activated(void *arg, const struct loop_message *message)
{
    name_person(arg, ((const Pb__MemberActivated *)message->body)->member_id);
}

static enum err apply_activated(void *arg, const struct loop_message *message)
{
    struct uuid member;
    if (uuid_from_pb(((const Pb__MemberActivated *)message->body)->member_id, &member))
        return ERR_MALFORMED;
    note_time(arg, message);
    store_add_activation(((struct work *)arg)->activations, &member);
    return ERR_OK;
}

static void needs_registered(void *arg, const struct loop_message *message)
{
    name_person(arg, ((const Pb__DeviceRegistered *)message->body)->member_id);
}

static enum err keep_device(struct work *work, const struct loop_message *message, ProtobufCBinaryData member, const char *device,
                            int64_t at_us, bool present)
{
    struct uuid id;
    if (uuid_from_pb(member, &id))
        return ERR_MALFORMED;
    note_time(work, message);
    store_add_device(work->devices, &id, device, at_us, present);
    return ERR_OK;
}

static enum err apply_registered(void *arg, const struct loop_message *message)
{
    const Pb__DeviceRegistered *event = (const Pb__DeviceRegistered *)message->body;
    return keep_device(arg, message, event->member_id, event->device_id, event->registered_at_us, true);
}

static void needs_removed(void *arg, const struct loop_message *message)
{
    name_person(arg, ((const Pb__DeviceRemoved *)message->body)->member_id);
}

static enum err apply_removed(void *arg, const struct loop_message *message)
{
    const Pb__DeviceRemoved *event = (const Pb__DeviceRemoved *)message->body;
    return keep_device(arg, message, event->member_id, event->device_id, event->removed_at_us, false);
}

const struct loop_handler ANALYTICS_AUTH_HANDLERS[ANALYTICS_N_AUTH_EVENTS] = {
    {&pb__member_activated__descriptor, needs_activated, apply_activated},
    {&pb__device_registered__descriptor, needs_registered, apply_registered},
    {&pb__device_removed__descriptor, needs_removed, apply_removed},
};

/* --- activity ----------------------------------------------------------------------------------------------------------------------- */

static void needs_activity(void *arg, const struct loop_message *message)
{
    struct work *work = arg;
    uuid_map_name(work->people, &message->actor);
    directory_set_name_person(work->set, &message->actor);
}

static void keep_reading(struct work *work, const struct loop_message *message, const Pb__RecordActivity__Item *item,
                         const struct uuid *branch)
{
    struct uuid subject;
    int64_t at_us = analytics_at(item->at_us, message->now_us);
    if (!item->subject || uuid_from_pb(item->subject->id, &subject))
        return; /* the gateway's contract has it; an old client's slip is no reason to stop */
    store_add_read(work->reads, &message->actor, &subject, (int32_t)item->subject->type, branch, clock_local_month(at_us), at_us);
    touch_month(work, message, branch, clock_local_month(at_us));
}

static enum err apply_activity(void *arg, const struct loop_message *message)
{
    struct work *work = arg;
    const Pb__RecordActivity *activity = (const Pb__RecordActivity *)message->body;
    const struct directory_person *reader = directory_set_person(work->set, &message->actor);
    const Pb__DirectoryMember__Interval *at = reader ? directory_interval(reader->record, message->now_us) : NULL;
    struct uuid branch;
    if (!at || uuid_from_pb(at->branch_id, &branch))
        return ERR_OK; /* someone who is no member any more */
    note_time(work, message);
    store_add_activity(work->activity, &message->actor, message->now_us);
    for (size_t i = 0; i < activity->n_items; i++)
        if (activity->items[i]->kind == PB__ACTIVITY_KIND__ACTIVITY_KIND_READ)
            keep_reading(work, message, activity->items[i], &branch);
    return ERR_OK;
}

const struct loop_handler ANALYTICS_ACTIVITY_HANDLERS[ANALYTICS_N_ACTIVITY] = {
    {&pb__record_activity__descriptor, needs_activity, apply_activity}};
