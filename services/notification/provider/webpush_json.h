/* The JSON of Web Push: a browser's PushSubscription, which is its device's token, and what its worker is told.
 * Pure. */
#ifndef SOTAY_NOTIFICATION_WEBPUSH_JSON_H
#define SOTAY_NOTIFICATION_WEBPUSH_JSON_H

#include "services/notification/provider/provider.h"
#include "services/notification/provider/webpush_crypt.h"

struct webpush_subscription {
    const char *origin; /* "https://host", with the port where it is not the scheme's own; the host in lower case */
    const char *path;   /* with the query */
    struct webpush_keys keys;
};

/* Reads {endpoint, keys: {p256dh, auth}} (w3.org/TR/push-api, PushSubscriptionJSON). False: it is none, or its endpoint
 * is no https URL; of `loopback` ("http://127.0.0.1:port"; "": none) it may be one without TLS. Whether p256dh is a
 * point of the curve is seen when it is used. Owned by ctx. */
bool webpush_subscription_read(TALLOC_CTX *ctx, const char *token, const char *loopback,
                               struct webpush_subscription *ret_subscription);

/* {notification_id, kind, url, tag, title, body}, at most WEBPUSH_TEXT_BYTES: without the body where it would be more.
 * Owned by ctx. NULL: it is more without it, or no text in UTF-8. */
char *webpush_payload(TALLOC_CTX *ctx, const struct push_message *push);

#endif
