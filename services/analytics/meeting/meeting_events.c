#include "services/analytics/meeting/meeting_events.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/analytics/counts/counts.h"
#include "services/analytics/meeting/meeting_store.h"
#include <assert.h>

/* A meeting before and after the batch. */
struct change {
    struct meeting was, is;
};

struct meetings {
    struct loop_batch *batch;
    TALLOC_CTX *ctx;
    struct uuid_map *changes; /* struct change */
    struct pg_result *rows;
};

static struct change *change_of(struct meetings *meetings, const struct uuid *meeting)
{
    return UUID_MAP_MAKE(meetings->changes, meeting, struct change);
}

static const Pb__MeetingFacts *facts_of(const ProtobufCMessage *event)
{
    const ProtobufCMessageDescriptor *type = event->descriptor;
    if (type == &pb__meeting_drafted__descriptor)
        return ((const Pb__MeetingDrafted *)event)->meeting;
    if (type == &pb__meeting_scheduled__descriptor)
        return ((const Pb__MeetingScheduled *)event)->meeting;
    if (type == &pb__meeting_changed__descriptor)
        return ((const Pb__MeetingChanged *)event)->meeting;
    if (type == &pb__meeting_cancelled__descriptor)
        return ((const Pb__MeetingCancelled *)event)->meeting;
    if (type == &pb__resolution_settled__descriptor)
        return ((const Pb__ResolutionSettled *)event)->meeting;
    if (type == &pb__resolution_fell_due__descriptor)
        return ((const Pb__ResolutionFellDue *)event)->meeting;
    if (type == &pb__minutes_published__descriptor)
        return ((const Pb__MinutesPublished *)event)->meeting;
    if (type == &pb__meeting_held__descriptor)
        return ((const Pb__MeetingHeld *)event)->meeting;
    if (type == &pb__meeting_reopened__descriptor)
        return ((const Pb__MeetingReopened *)event)->meeting;
    assert(type == &pb__meeting_draft_deleted__descriptor);
    return ((const Pb__MeetingDraftDeleted *)event)->meeting;
}

static enum err want_meeting(const struct loop_message *message)
{
    struct uuid org;
    if (uuid_from_pb(facts_of(message->body)->organization_id, &org))
        return ERR_MALFORMED;
    counts_want(message, &org);
    change_of(loop_state(message->batch, &MEETING_PART), &message->aggregate);
    return ERR_OK;
}

static enum err apply_meeting(const struct loop_message *message)
{
    const Pb__MeetingFacts *facts = facts_of(message->body);
    struct change *meeting = change_of(loop_state(message->batch, &MEETING_PART), &message->aggregate);
    struct uuid org = uuid_or_zero(facts->organization_id); /* want_meeting has checked it */
    if (meeting_is_news(&meeting->is, facts))
        meeting_take(&meeting->is, facts, &org);
    return ERR_OK;
}

static void *meetings_new(struct loop_batch *batch)
{
    struct meetings *meetings = mem_new(loop_ctx(batch), struct meetings);
    meetings->batch = batch;
    meetings->ctx = loop_ctx(batch);
    meetings->changes = uuid_map_new(meetings->ctx);
    return meetings;
}

static void meetings_load(void *state, struct pg *pg)
{
    struct meetings *meetings = state;
    meetings->rows = meeting_store_read(pg, meetings->ctx, uuid_map_ids(meetings->changes),
                                        uuid_map_size(meetings->changes));
}

static enum err meetings_loaded(void *state)
{
    struct meetings *meetings = state;
    for (size_t row = 0; row < pg_rows(meetings->rows); row++) {
        struct uuid id = pg_get_uuid(meetings->rows, row, 0);
        struct change *meeting = change_of(meetings, &id);
        meeting_store_get(meetings->rows, row, &meeting->was);
        meeting->is = meeting->was;
    }
    return ERR_OK;
}

static void count(const struct meetings *meetings, const struct meeting *meeting, int32_t sign)
{
    struct month_counts counts = meeting_count(meeting);
    if (meeting->version > 0)
        counts_add_month(meetings->batch, &meeting->organization, meeting->month, &counts, sign);
}

static void meetings_write(void *state, struct pg *pg)
{
    struct meetings *meetings = state;
    struct pg_args *rows = meeting_store_rows(meetings->ctx);
    for (size_t i = 0; i < uuid_map_size(meetings->changes); i++) {
        const struct change *meeting = uuid_map_value(meetings->changes, i);
        if (meeting->is.version == meeting->was.version && meeting->is.starts_at_us == meeting->was.starts_at_us)
            continue;
        meeting_store_add(rows, &uuid_map_ids(meetings->changes)[i], &meeting->is);
        count(meetings, &meeting->was, -1);
        count(meetings, &meeting->is, 1);
    }
    pg_queue(pg, rows);
}

static const struct loop_handler EVENTS[] = {
    {&pb__meeting_drafted__descriptor, want_meeting, apply_meeting},
    {&pb__meeting_scheduled__descriptor, want_meeting, apply_meeting},
    {&pb__meeting_changed__descriptor, want_meeting, apply_meeting},
    {&pb__meeting_cancelled__descriptor, want_meeting, apply_meeting},
    {&pb__minutes_published__descriptor, want_meeting, apply_meeting},
    {&pb__resolution_settled__descriptor, want_meeting, apply_meeting},
    {&pb__resolution_fell_due__descriptor, want_meeting, apply_meeting},
    {&pb__meeting_held__descriptor, want_meeting, apply_meeting},
    {&pb__meeting_reopened__descriptor, want_meeting, apply_meeting},
    {&pb__meeting_draft_deleted__descriptor, want_meeting, apply_meeting},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_EVENTS, EVENTS)};
const struct loop_part MEETING_PART = {.name = "meeting",
                                       .handlers = HANDLERS,
                                       .n_handlers = ARRAY_LENGTH(HANDLERS),
                                       .new = meetings_new,
                                       .load = meetings_load,
                                       .loaded = meetings_loaded,
                                       .write = meetings_write};
