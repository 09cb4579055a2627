#include "services/meeting/roll/roll_facts.h"

#include "common/base/mem.h"
#include "sotay/v1/presence.pb-c.h"

ProtobufCMessage *facts_of_absence(TALLOC_CTX *ctx, const struct meeting *meeting, const struct uuid *member,
                                   const struct meeting_cause *cause)
{
    struct uuid notification = uuid_derive(&cause->message, "notification", 0);
    Pb__AbsenceReported *event = mem_new(ctx, Pb__AbsenceReported);
    pb__absence_reported__init(event);
    event->meeting_id = uuid_to_pb(ctx, &meeting->id);
    event->organization_id = uuid_to_pb(ctx, &meeting->organization);
    event->member_id = uuid_to_pb(ctx, member);
    event->month = meeting_month(meeting);
    event->reported_at_us = cause->now_us;
    event->notification_id = uuid_to_pb(ctx, &notification);
    return &event->base;
}
