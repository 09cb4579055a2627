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
