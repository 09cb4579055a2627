#include "services/meeting/comment/comment_facts.h"

#include "common/base/mem.h"

ProtobufCMessage *facts_of_comment(TALLOC_CTX *ctx, const struct meeting *meeting, const struct comment *comment,
                                   const struct uuid *notification)
{
    Pb__MeetingCommented *event = mem_new(ctx, Pb__MeetingCommented);
    pb__meeting_commented__init(event);
    event->meeting_id = uuid_to_pb(ctx, &meeting->id);
    event->comment_id = uuid_to_pb(ctx, &comment->id);
    event->organization_id = uuid_to_pb(ctx, &meeting->organization);
    event->author_id = uuid_to_pb(ctx, &comment->author);
    event->visibility = comment->visibility;
    event->month = meeting_month(meeting);
    event->commented_at_us = comment->created_at_us;
    event->notification_id = uuid_to_pb(ctx, notification);
    return &event->base;
}

ProtobufCMessage *facts_of_answer(TALLOC_CTX *ctx, const struct meeting *meeting, const struct comment *comment,
                                  const struct uuid *notification)
{
    Pb__CommentAnswered *event = mem_new(ctx, Pb__CommentAnswered);
    pb__comment_answered__init(event);
    event->meeting_id = uuid_to_pb(ctx, &meeting->id);
    event->comment_id = uuid_to_pb(ctx, &comment->id);
    event->organization_id = uuid_to_pb(ctx, &meeting->organization);
    event->author_id = uuid_to_pb(ctx, &comment->author);
    event->answered_at_us = comment->answered_at_us;
    event->notification_id = uuid_to_pb(ctx, notification);
    return &event->base;
}
