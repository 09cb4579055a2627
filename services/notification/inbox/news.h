/* News: facts that are told for themselves, to the heads of an organisation or to a named member. They gather in
 * digests (digest.h), unless their row says that each stands alone. One row of the table in news.c for each kind of
 * event. Pure: any thread; results are owned by `ctx`. */
#ifndef SOTAY_NOTIFICATION_NEWS_H
#define SOTAY_NOTIFICATION_NEWS_H

#include "services/notification/inbox/notification.h"

/* What an event tells; `by`: the member who did it, NULL when unknown. The event has a row; asserted. ERR_MALFORMED
 * when an id is none. */
MUST_CHECK enum err news_read(TALLOC_CTX *ctx, const ProtobufCMessage *event, const struct uuid *by,
                              struct notification *ret);

#endif
