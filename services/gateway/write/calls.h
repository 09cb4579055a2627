/* Calls: what carries secrets goes straight to its service and is never kept (login, refresh). */
#ifndef SOTAY_GATEWAY_CALLS_H
#define SOTAY_GATEWAY_CALLS_H

#include "services/gateway/edge/request.h"

/* Asks the route's service; replies later. */
void call_run(struct call *call);

/* Logout: the command EndSession for the token's own session. */
void call_logout(struct call *call);

#endif
