/* Requests to one host over HTTP/2 (nghttp2): many streams on a few connections. What a provider sends, and what an
 * answer means, is the provider's own. Redirects are answers as others are: nothing follows them. One thread. */
#ifndef SOTAY_NOTIFICATION_H2_H
#define SOTAY_NOTIFICATION_H2_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

enum { H2_CONNECTIONS_LIMIT = 64 };

struct h2;
struct h2_options {
    const char *url;               /* "https://host"; "http://host:port": HTTP/2 without TLS, on loopback */
    unsigned connections, streams; /* at most, together and each */
    int timeout_ms;                /* without any answer */
    bool public_only;              /* the URL came from outside (link.h) */
};
/* Copies the options. ERR_CONFIG: the URL is none. Connects when it first sends. Closes when freed. */
MUST_CHECK enum err h2_new(TALLOC_CTX *ctx, const struct h2_options *options, struct h2 **ret_h2);

enum { H2_MORE_FIELDS = 6 };
struct h2_field {
    const char *name, *value;
};
struct h2_request { /* a POST; borrowed until it was answered */
    const char *path, *authorization, *content_type;
    bool is_signed; /* authorization is a signature for this host alone, and no secret: HPACK may keep it */
    struct h2_field more[H2_MORE_FIELDS]; /* what the provider wants beside, lower-case names: "apns-topic" */
    size_t n_more;
    const void *body;
    size_t body_bytes;
};
struct h2_answer { /* borrowed by the callback */
    int status;    /* 0: none came, the request may have arrived or not */
    int retry_after_s;
    const char *body;
    size_t body_bytes;
};
struct h2_job {
    size_t n;
    int64_t until_us; /* monotonic: all of it, connecting too, however slowly it is answered */
    /* Makes request `i` when there is room for it, in ctx, which is freed after the job. False: it is not sent, and not
     * answered. */
    bool (*request)(void *arg, TALLOC_CTX *ctx, size_t i, struct h2_request *ret_request);
    void (*answered)(void *arg, size_t i, const struct h2_answer *answer);
    void *arg;
};
/* Sends a job and waits until each request was answered, none has been for timeout_ms, or `until_us` has come: the rest
 * then has no answer. ERR_UNAVAILABLE: no connection could be opened, and nothing was sent. */
MUST_CHECK enum err h2_send(struct h2 *h2, const struct h2_job *job);

#endif
