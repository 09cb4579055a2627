/* HTTP client on libcurl's multi interface: its own thread, keep-alive, over TCP or Unix sockets. Any thread may
 * send. */
#ifndef SOTAY_COMMON_HTTP_CLIENT_H
#define SOTAY_COMMON_HTTP_CLIENT_H

#include "common/base/err.h"
#include <stddef.h>
#include <talloc.h>

struct http_client;

struct http_call {
    const char *unix_socket; /* NULL: TCP */
    const char *url;         /* "http://meeting/query" */
    const char *content_type;
    const void *body;
    size_t body_bytes;
    int timeout_ms;
    size_t reply_limit_bytes;
};

/* `err`: OK (an answer came; look at status), NOT_CONNECTED (nobody took it), UNAVAILABLE (the connection broke),
 * TIMEOUT, MALFORMED (larger than the limit). Called on the client's thread; must not block; bytes are valid during the
 * call only. */
typedef void http_done_fn(void *arg, enum err err, int status, const void *bytes, size_t n);

MUST_CHECK enum err http_client_start(TALLOC_CTX *ctx, unsigned connections_per_host, struct http_client **ret_client);
void http_client_stop(struct http_client *client); /* calls back all that is under way with UNAVAILABLE */
/* Copies the call. */
void http_send(struct http_client *client, const struct http_call *call, http_done_fn *done, void *arg);

#endif
