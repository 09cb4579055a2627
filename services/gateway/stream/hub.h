/* The streams that are open here, and who is told what.
 *
 *     hub_stale ─▶ causes ─▶ the hub's thread: whom each may reach, grouped by what decides visibility (`vis`)
 *                            ─▶ the service is asked once for each `vis`, as that viewer
 *                            ─▶ found: `changed`, to those who are still what they were
 *
 * So a stream says of a thing exactly what a GET of it would allow at that moment; of what cannot be asked of so many
 * at once it says `resync`, which names nothing. Streams end with their session, when their member's rights are taken,
 * and after HUB_LIFETIME_US, when a token that is as old has run out. Any thread, except where said. */
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
/* Ends all streams, and takes no new ones. Before the HTTP server and the services' client are stopped. */
void hub_stop(struct hub *hub);

/* Answers the request with a stream of the viewer's, in `handle` only. `last_id`: the field Last-Event-ID, or NULL.
 * ERR_OVERLOADED: there are too many; nothing was replied. */
MUST_CHECK enum err hub_open(struct hub *hub, struct http_request *request, const struct viewer *viewer,
                             const char *last_id);

void hub_stale(struct hub *hub, char *const tags[], size_t n);
void hub_session_ended(struct hub *hub, const struct uuid *session);

/* His command was answered 202 with this operation; hub_settled tells his streams what became of it. */
void hub_accepted(struct hub *hub, const struct uuid *member, const struct uuid *message_id, const char *operation);
void hub_settled(struct hub *hub, const Pb__Outcome *outcome);

size_t hub_streams(struct hub *hub);

#endif
