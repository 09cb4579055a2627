#include "services/meeting/reminder/reminder_facts.h"

#include "common/base/mem.h"

ProtobufCMessage *facts_of_reminder(TALLOC_CTX *ctx, const struct uuid *notification, const struct reminder_ask *ask,
                                    const struct reminder_words *words, const struct reminder_choice *choice)
{
    Pb__BranchesReminded *event = mem_new(ctx, Pb__BranchesReminded);
    pb__branches_reminded__init(event);
    event->notification_id = uuid_to_pb(ctx, notification);
    event->organization_id = uuid_to_pb(ctx, &ask->organization);
    event->month = ask->month;
    event->n_branch_ids = choice->n_branches;
    event->branch_ids = mem_array(ctx, ProtobufCBinaryData, choice->n_branches);
    for (size_t i = 0; i < choice->n_branches; i++)
        event->branch_ids[i] = uuid_to_pb(ctx, &choice->branches[i]);
    event->reminded_at_us = ask->now_us;
    event->title = (char *)(uintptr_t)words->title; /* packed, never written */
    event->body = (char *)(uintptr_t)words->body;
    return &event->base;
}
