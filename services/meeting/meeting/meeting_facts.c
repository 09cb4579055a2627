#include "services/meeting/meeting/meeting_facts.h"

#include "common/base/mem.h"

static void add_documents(TALLOC_CTX *ctx, const struct meeting *meeting, Pb__MeetingFacts *facts)
{
    size_t n = 0;
    for (size_t i = 0; i < meeting->n_agenda; i++)
        n += meeting->agenda[i].n_documents;
    facts->document_ids = mem_array(ctx, ProtobufCBinaryData, n);
    for (size_t i = 0; i < meeting->n_agenda; i++)
        for (size_t j = 0; j < meeting->agenda[i].n_documents; j++)
            facts->document_ids[facts->n_document_ids++] = uuid_to_pb(ctx, &meeting->agenda[i].documents[j].id);
}

static Pb__MeetingFacts *facts_of(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    Pb__MeetingFacts *facts = mem_new(ctx, Pb__MeetingFacts);
    pb__meeting_facts__init(facts);
    facts->meeting_id = uuid_to_pb(ctx, &meeting->id);
    facts->version = meeting->version;
    facts->organization_id = uuid_to_pb(ctx, &meeting->organization);
    facts->kind = meeting->kind;
    facts->state = meeting->state;
    facts->month = meeting_month(meeting);
    facts->starts_at_us = meeting->starts_at_us;
    facts->place = (char *)(uintptr_t)meeting->place; /* packed, never written */
    facts->participants = meeting->participants;
    facts->n_participant_ids = meeting->n_participants;
    facts->participant_ids = mem_array(ctx, ProtobufCBinaryData, meeting->n_participants);
    for (size_t i = 0; i < meeting->n_participants; i++)
        facts->participant_ids[i] = uuid_to_pb(ctx, &meeting->participant_ids[i]);
    facts->has_registered_at_us = meeting->registered_at_us > 0;
    facts->registered_at_us = meeting->registered_at_us;
    facts->has_registered_on_time = facts->has_registered_at_us && meeting_has_registration(meeting);
    facts->registered_on_time = meeting_registered_on_time(meeting);
    facts->has_notified_at_us = meeting->notified_at_us > 0;
    facts->notified_at_us = meeting->notified_at_us;
    add_documents(ctx, meeting, facts);
    return facts;
}

static ProtobufCMessage *drafted(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    Pb__MeetingDrafted *event = mem_new(ctx, Pb__MeetingDrafted);
    pb__meeting_drafted__init(event);
    event->meeting = facts_of(ctx, meeting);
    return &event->base;
}

static ProtobufCMessage *scheduled(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    Pb__MeetingScheduled *event = mem_new(ctx, Pb__MeetingScheduled);
    pb__meeting_scheduled__init(event);
    event->meeting = facts_of(ctx, meeting);
    event->notification_id = uuid_to_pb(ctx, &meeting->notification);
    return &event->base;
}

static ProtobufCMessage *cancelled(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    Pb__MeetingCancelled *event = mem_new(ctx, Pb__MeetingCancelled);
    pb__meeting_cancelled__init(event);
    event->meeting = facts_of(ctx, meeting);
    event->notification_id = uuid_to_pb(ctx, &meeting->notification);
    event->reason = (char *)(uintptr_t)meeting->cancel_reason; /* packed, never written */
    return &event->base;
}

ProtobufCMessage *facts_of_state(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    switch (meeting->state) {
    case PB__MEETING_STATE__MEETING_STATE_DRAFT: return drafted(ctx, meeting);
    case PB__MEETING_STATE__MEETING_STATE_CANCELLED: return cancelled(ctx, meeting);
    default: return scheduled(ctx, meeting);
    }
}

static ProtobufCMessage *changed(TALLOC_CTX *ctx, const struct meeting *old, const struct meeting *next, bool moved)
{
    Pb__MeetingChanged *event = mem_new(ctx, Pb__MeetingChanged);
    pb__meeting_changed__init(event);
    event->meeting = facts_of(ctx, next);
    event->has_notification_id = event->has_old_starts_at_us = moved;
    if (moved) {
        event->notification_id = uuid_to_pb(ctx, &next->notification);
        event->old_starts_at_us = old->starts_at_us;
        event->old_place = (char *)(uintptr_t)old->place; /* packed, never written */
    }
    return &event->base;
}

ProtobufCMessage *facts_of_edit(TALLOC_CTX *ctx, const struct meeting *old, const struct meeting *next, bool moved)
{
    bool is_draft = next->state == PB__MEETING_STATE__MEETING_STATE_DRAFT;
    return is_draft ? drafted(ctx, next) : changed(ctx, old, next, moved);
}

ProtobufCMessage *facts_of_deletion(TALLOC_CTX *ctx, const struct meeting *draft)
{
    Pb__MeetingDraftDeleted *event = mem_new(ctx, Pb__MeetingDraftDeleted);
    pb__meeting_draft_deleted__init(event);
    event->meeting = facts_of(ctx, draft);
    event->meeting->version++; /* newer than what a projection holds of it */
    return &event->base;
}
