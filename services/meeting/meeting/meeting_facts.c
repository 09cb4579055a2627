#include "services/meeting/meeting/meeting_facts.h"

#include "common/base/mem.h"
#include "sotay/v1/presence.pb-c.h"
#include "sotay/v1/reminder.pb-c.h"

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
    facts->participant_ids = uuids_to_pb(ctx, meeting->participant_ids, meeting->n_participants);
    facts->has_registered_at_us = meeting->registered_at_us > 0;
    facts->registered_at_us = meeting->registered_at_us;
    facts->has_registered_on_time = facts->has_registered_at_us && meeting_has_registration(meeting);
    facts->registered_on_time = meeting_registered_on_time(meeting);
    facts->has_held_at_us = meeting->held_at_us > 0;
    facts->held_at_us = meeting->held_at_us;
    facts->has_resolution_due_at_us = meeting_owes_resolution(meeting);
    facts->resolution_due_at_us = meeting->resolution.due_at_us;
    facts->has_resolution_published_at_us = meeting->resolution.published_at_us > 0;
    facts->resolution_published_at_us = meeting->resolution.published_at_us;
    facts->has_resolution_overdue = facts->has_resolution_due_at_us;
    facts->resolution_overdue = meeting->resolution.is_overdue;
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

static ProtobufCMessage *held(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    Pb__MeetingHeld *event = mem_new(ctx, Pb__MeetingHeld);
    pb__meeting_held__init(event);
    event->meeting = facts_of(ctx, meeting);
    return &event->base;
}

ProtobufCMessage *facts_of_state(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    switch (meeting->state) {
    case PB__MEETING_STATE__MEETING_STATE_DRAFT: return drafted(ctx, meeting);
    case PB__MEETING_STATE__MEETING_STATE_CANCELLED: return cancelled(ctx, meeting);
    case PB__MEETING_STATE__MEETING_STATE_HELD: return held(ctx, meeting);
    default: return scheduled(ctx, meeting);
    }
}

ProtobufCMessage *facts_of_publication(TALLOC_CTX *ctx, const struct meeting *meeting, bool urgent)
{
    ProtobufCMessage *event = facts_of_state(ctx, meeting);
    if (urgent && event->descriptor == &pb__meeting_scheduled__descriptor)
        ((Pb__MeetingScheduled *)event)->has_urgent = ((Pb__MeetingScheduled *)event)->urgent = true;
    return event;
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

ProtobufCMessage *facts_of_settling(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    Pb__ResolutionSettled *event = mem_new(ctx, Pb__ResolutionSettled);
    pb__resolution_settled__init(event);
    event->meeting = facts_of(ctx, meeting);
    return &event->base;
}

ProtobufCMessage *facts_of_lateness(TALLOC_CTX *ctx, const struct meeting *meeting, const struct uuid *notification)
{
    Pb__ResolutionFellDue *event = mem_new(ctx, Pb__ResolutionFellDue);
    pb__resolution_fell_due__init(event);
    event->meeting = facts_of(ctx, meeting);
    event->notification_id = uuid_to_pb(ctx, notification);
    return &event->base;
}

ProtobufCMessage *facts_of_minutes(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    Pb__MinutesPublished *event = mem_new(ctx, Pb__MinutesPublished);
    pb__minutes_published__init(event);
    event->meeting = facts_of(ctx, meeting);
    event->notification_id = uuid_to_pb(ctx, &meeting->notification);
    return &event->base;
}

ProtobufCMessage *facts_of_reopening(TALLOC_CTX *ctx, const struct meeting *meeting, const char *reason)
{
    Pb__MeetingReopened *event = mem_new(ctx, Pb__MeetingReopened);
    pb__meeting_reopened__init(event);
    event->meeting = facts_of(ctx, meeting);
    event->notification_id = uuid_to_pb(ctx, &meeting->notification);
    event->reason = (char *)(uintptr_t)reason; /* packed, never written */
    return &event->base;
}

ProtobufCMessage *facts_of_coming_up(TALLOC_CTX *ctx, const struct meeting *meeting, const struct uuid *notification,
                                     const struct uuid members[], size_t n, int64_t now_us)
{
    Pb__MeetingComesUp *event = mem_new(ctx, Pb__MeetingComesUp);
    pb__meeting_comes_up__init(event);
    event->meeting = facts_of(ctx, meeting);
    event->notification_id = uuid_to_pb(ctx, notification);
    event->n_member_ids = n;
    event->member_ids = uuids_to_pb(ctx, members, n);
    event->told_at_us = now_us;
    return &event->base;
}

ProtobufCMessage *facts_of_deletion(TALLOC_CTX *ctx, const struct meeting *draft)
{
    Pb__MeetingDraftDeleted *event = mem_new(ctx, Pb__MeetingDraftDeleted);
    pb__meeting_draft_deleted__init(event);
    event->meeting = facts_of(ctx, draft);
    event->meeting->version++; /* newer than what a projection holds of it */
    return &event->base;
}

ProtobufCMessage *facts_of_attendance(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    static const struct meeting_attendance NOBODY;
    bool counts = meeting->state == PB__MEETING_STATE__MEETING_STATE_HELD;
    const struct meeting_attendance *attendance = counts ? &meeting->attendance : &NOBODY;
    Pb__AttendanceCounted *event = mem_new(ctx, Pb__AttendanceCounted);
    pb__attendance_counted__init(event);
    event->meeting_id = uuid_to_pb(ctx, &meeting->id);
    event->organization_id = uuid_to_pb(ctx, &meeting->organization);
    event->month = meeting_month(meeting);
    event->revision = meeting->attendance.revision;
    event->base_members = attendance->base;
    event->present = attendance->present;
    event->excused = attendance->excused;
    event->unexcused = attendance->unexcused;
    event->exempt = attendance->exempt;
    event->exempt_present = attendance->exempt_present;
    return &event->base;
}
