#include "services/auth/account/account_facts.h"

#include "common/base/mem.h"

Pb__MemberActivated *account_activated(TALLOC_CTX *ctx, const struct uuid *member, int64_t activated_at_us)
{
    Pb__MemberActivated *event = mem_new(ctx, Pb__MemberActivated);
    pb__member_activated__init(event);
    event->member_id = uuid_to_pb(ctx, member);
    event->activated_at_us = activated_at_us;
    return event;
}

Pb__RecoveryAsked *recovery_asked(TALLOC_CTX *ctx, const struct regain *regain, const struct uuid *branch)
{
    Pb__RecoveryAsked *event = mem_new(ctx, Pb__RecoveryAsked);
    pb__recovery_asked__init(event);
    event->notification_id = uuid_to_pb(ctx, &regain->id);
    event->member_id = uuid_to_pb(ctx, &regain->member);
    event->organization_id = uuid_to_pb(ctx, branch);
    event->asked_at_us = regain->created_at_us;
    event->ready_at_us = regain->ready_at_us;
    return event;
}
