/* FCM HTTP v1 over HTTP/2 (nghttp2): one request a message, many streams on a few connections. One thread. */
#ifndef SOTAY_NOTIFICATION_PROVIDER_FCM_H
#define SOTAY_NOTIFICATION_PROVIDER_FCM_H

#include "common/base/err.h"
#include "services/notification/store.h"

struct provider_fcm;
struct provider_fcm_options {
    const char *url; /* "https://fcm.googleapis.com"; "http://…": HTTP/2 without TLS, the simulator on loopback */
    const char *project;
    const char *bearer;            /* OAuth 2 access token */
    unsigned connections, streams; /* at most, together and each */
    int timeout_ms;                /* without any answer */
};
/* Copies the options. ERR_CONFIG. Connects when first used. */
MUST_CHECK enum err provider_fcm_new(TALLOC_CTX *ctx, const struct provider_fcm_options *options,
                                     struct provider_fcm **ret_fcm);

/* Sends to each target what its shard's item says, and fills its `result`. ERR_UNAVAILABLE: no connection, nothing was
 * sent. Blocks until each has an answer or the deadline has passed (retrying, code NO_ANSWER: it may have arrived; the
 * collapse id keeps it one on the phone). */
MUST_CHECK enum err provider_fcm_send(struct provider_fcm *fcm, int64_t now_us, struct push_target *const targets[],
                                      size_t n);

#endif
