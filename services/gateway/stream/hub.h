/* The streams that are open here, and who is told what.
 *
 *     hub_stale ─▶ mail ─▶ the hub's thread: causes, each with a number
 *                          ─▶ its service is asked once who sees the thing (Reach)
 *                          ─▶ `changed`, to every client whom that holds as he is in the directory at that moment
 *
 * So a stream says of a thing exactly what a GET of it would allow, to however many, at one question; where something
 * may have been missed it says `resync`, which names nothing. A client whose rights change is told to begin anew; one
 * whose session ends, whose member's tokens are refused or whose own token has run out, is ended.
 * A change of figures is told as a change of the organisation, version 0: they have none.
 * Any thread, except where said; nothing blocks. */
#ifndef SOTAY_GATEWAY_HUB_H
#define SOTAY_GATEWAY_HUB_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include "common/http/http_server.h"
#include "services/gateway/link/viewer.h"
#include "services/gateway/stream/hub_options.h"
#include "sotay/v1/envelope.pb-c.h"
#include <talloc.h>

struct hub;
MUST_CHECK enum err hub_start(TALLOC_CTX *ctx, const struct hub_options *options, struct hub **ret_hub);
/* Ends all streams, and takes no new ones; what others tell it from now on is dropped. Before the HTTP server is
 * stopped, which waits for their connections. */
void hub_stop(struct hub *hub);
/* Behind all who tell it something. */
void hub_clear(struct hub *hub);

struct hub_visit {
    const struct viewer *viewer; /* `generation`: the token's */
    int64_t expires_at_us;       /* the token */
    const char *last_id;         /* the field Last-Event-ID, or NULL */
};
/* Answers the request with a stream of the viewer's, in `handle` only. ERR_OVERLOADED: there are too many;
 * ERR_SESSION_ENDED: a moment ago. Nothing was replied then. */
MUST_CHECK enum err hub_open(struct hub *hub, struct http_request *request, const struct hub_visit *visit);

void hub_stale(struct hub *hub, char *const tags[], size_t n);
/* Behind tokens_end_session. */
void hub_session_ended(struct hub *hub, const struct uuid *session);

/* His command, with a body of this mark, was answered 202 with this operation. What became of it is told to his
 * streams, whichever of the two is heard first, and for a minute to those that he opens again. Only here: a stream at
 * another gateway does not hear of it. */
void hub_accepted(struct hub *hub, const struct uuid *member, const struct uuid *message_id,
                  const uint8_t mark[HUB_MARK_BYTES], const char *operation);
void hub_settled(struct hub *hub, const Pb__Outcome *outcome);

#endif
