/* The resource of a command that was done before, as it is now: services keep outcomes without resources, so that a
 * repeat, or an operation that is looked at later, asks for it by the route's `replay` query. */
#ifndef SOTAY_GATEWAY_REPLAYS_H
#define SOTAY_GATEWAY_REPLAYS_H

#include "common/base/err.h"
#include "sotay/v1/envelope.pb-c.h"
#include <protobuf-c/protobuf-c.h>
#include <stdint.h>

struct call;
struct route;

/* Asks for the resource of `route`'s outcome. `resource` is the call's. On the HTTP client's thread, unless it is
 * refused at once. */
typedef void replay_done_fn(void *arg, enum err err, const ProtobufCMessage *resource, uint64_t version);
void replay_ask(struct call *call, const struct route *route, const Pb__Outcome *outcome, replay_done_fn *done,
                void *arg);

#endif
