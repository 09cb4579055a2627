/* A repeat of a command gets the first answer with the resource as it is now: it is asked for, by the route's `replay`
 * query. */
#ifndef SOTAY_GATEWAY_REPLAYS_H
#define SOTAY_GATEWAY_REPLAYS_H

#include "services/gateway/write/commands.h"

/* Asks for the resource of `route`'s outcome. `resource` is the call's. On the HTTP client's thread, unless it is
 * refused at once. */
typedef void replay_done_fn(void *arg, enum err err, const ProtobufCMessage *resource, uint64_t version);
void replay_ask(struct call *call, const struct route *route, const Pb__Outcome *outcome, replay_done_fn *done,
                void *arg);

/* Replies, later. Copies of the outcome what it needs. */
void replay_resource(struct call *call, const Pb__Outcome *outcome, bool replayed);

/* commands.c: the route's status, headers and the resource (NULL: no body). Replies. */
void command_reply_resource(struct call *call, const Pb__Outcome *outcome, const ProtobufCMessage *resource,
                            uint64_t version, bool replayed);

#endif
