#include "services/meeting/reminder/reminder_facts.h"

#include "common/base/mem.h"

ProtobufCMessage *facts_of_prompt(TALLOC_CTX *ctx, const struct uuid *notification, const struct reminder_words *words,
                                  const struct prompt_group *group, int64_t now_us)
{
    Pb__BranchesPrompted *event = mem_new(ctx, Pb__BranchesPrompted);
    pb__branches_prompted__init(event);
    event->notification_id = uuid_to_pb(ctx, notification);
    event->organization_id = uuid_to_pb(ctx, &group->root);
    event->n_branch_ids = group->branches.n;
    event->branch_ids = uuids_to_pb(ctx, group->branches.items, group->branches.n);
    event->prompted_at_us = now_us;
    event->title = (char *)(uintptr_t)words->title; /* packed, never written */
    event->body = (char *)(uintptr_t)words->body;
    return &event->base;
}

ProtobufCMessage *facts_of_reminder(TALLOC_CTX *ctx, const struct uuid *notification, const struct reminder_ask *ask,
                                    const struct reminder_words *words, const struct reminder_choice *choice)
{
    Pb__BranchesReminded *event = mem_new(ctx, Pb__BranchesReminded);
    pb__branches_reminded__init(event);
    event->notification_id = uuid_to_pb(ctx, notification);
    event->organization_id = uuid_to_pb(ctx, &ask->organization);
    event->month = ask->month;
    event->n_branch_ids = choice->n_branches;
    event->branch_ids = uuids_to_pb(ctx, choice->branches, choice->n_branches);
    event->reminded_at_us = ask->now_us;
    event->title = (char *)(uintptr_t)words->title; /* packed, never written */
    event->body = (char *)(uintptr_t)words->body;
    return &event->base;
}
