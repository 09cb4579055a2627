#include "services/auth/session/session_facts.h"

#include "common/base/mem.h"

Pb__SessionEnded *session_ended(TALLOC_CTX *ctx, const struct uuid *session, const struct uuid *member)
{
    Pb__SessionEnded *event = mem_new(ctx, Pb__SessionEnded);
    pb__session_ended__init(event);
    event->session_id = uuid_to_pb(ctx, session);
    event->member_id = uuid_to_pb(ctx, member);
    return event;
}
