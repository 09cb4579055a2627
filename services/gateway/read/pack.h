/* The meeting's pack, put together from meeting and document for the scope of a step (queries.h). Any thread; nothing
 * blocks. */
#ifndef SOTAY_GATEWAY_PACK_H
#define SOTAY_GATEWAY_PACK_H

#include "common/base/err.h"
#include "sotay/v1/envelope.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"
#include <stdbool.h>
#include <talloc.h>

struct query_step;

struct pack {
    Pb__MeetingPack *message;
    uint64_t version;
    bool keep; /* nothing in it is restricted */
};
/* `pack` NULL: refused, or away; then `reply` may say why. Valid during the call only. */
typedef void pack_done_fn(void *arg, const struct pack *pack, enum err err, const Pb__QueryReply *reply);

/* `question`: a Pb__GetMeetingPack. Calls `done` once, on another thread perhaps. What it holds is freed after. */
void pack_ask(struct query_step *step, const ProtobufCMessage *question, pack_done_fn *done, void *arg);

#endif
