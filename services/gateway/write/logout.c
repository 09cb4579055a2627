#include "services/gateway/write/logout.h"

#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/write/direct.h"
#include "services/gateway/write/send.h"
#include "sotay/v1/auth.pb-c.h"

static void end_own_session(struct call *call)
{
    Pb__EndSession *command = mem_new(call, Pb__EndSession);
    pb__end_session__init(command);
    command->has_session_id = true;
    command->session_id = uuid_to_pb(call, &call->viewer.session);
    call->message = &command->base;
    send_command(call);
}

void logout_run(struct call *call)
{
    if (((const Pb__Logout *)call->message)->refresh_token)
        direct_run(call);
    else if (call->viewer.signed_in)
        end_own_session(call);
    else
        problem_reply(call, call->unidentified);
}
