#include "services/meeting/proposal/proposal_facts.h"

#include "common/base/mem.h"

ProtobufCMessage *facts_of_proposal(TALLOC_CTX *ctx, const struct meeting *meeting, const struct proposal *proposal,
                                    const struct uuid *notification)
{
    Pb__ProposalMade *event = mem_new(ctx, Pb__ProposalMade);
    pb__proposal_made__init(event);
    event->meeting_id = uuid_to_pb(ctx, &meeting->id);
    event->proposal_id = uuid_to_pb(ctx, &proposal->id);
    event->organization_id = uuid_to_pb(ctx, &meeting->organization);
    event->author_id = uuid_to_pb(ctx, &proposal->author);
    event->month = meeting_month(meeting);
    event->proposed_at_us = proposal->created_at_us;
    event->notification_id = uuid_to_pb(ctx, notification);
    return &event->base;
}

ProtobufCMessage *facts_of_decision(TALLOC_CTX *ctx, const struct meeting *meeting, const struct proposal *proposal,
                                    const struct uuid *notification)
{
    Pb__ProposalDecided *event = mem_new(ctx, Pb__ProposalDecided);
    pb__proposal_decided__init(event);
    event->meeting_id = uuid_to_pb(ctx, &meeting->id);
    event->proposal_id = uuid_to_pb(ctx, &proposal->id);
    event->organization_id = uuid_to_pb(ctx, &meeting->organization);
    event->author_id = uuid_to_pb(ctx, &proposal->author);
    event->state = proposal->state;
    event->has_agenda_item_id = !uuid_is_zero(&proposal->agenda_item);
    if (event->has_agenda_item_id)
        event->agenda_item_id = uuid_to_pb(ctx, &proposal->agenda_item);
    event->month = meeting_month(meeting);
    event->decided_at_us = proposal->decided_at_us;
    event->notification_id = uuid_to_pb(ctx, notification);
    return &event->base;
}

ProtobufCMessage *facts_of_withdrawal(TALLOC_CTX *ctx, const struct meeting *meeting, const struct proposal *proposal,
                                      int64_t now_us)
{
    Pb__ProposalWithdrawn *event = mem_new(ctx, Pb__ProposalWithdrawn);
    pb__proposal_withdrawn__init(event);
    event->meeting_id = uuid_to_pb(ctx, &meeting->id);
    event->proposal_id = uuid_to_pb(ctx, &proposal->id);
    event->organization_id = uuid_to_pb(ctx, &meeting->organization);
    event->author_id = uuid_to_pb(ctx, &proposal->author);
    event->withdrawn_at_us = now_us;
    return &event->base;
}
