/* HTTP server on libmicrohttpd (epoll, a pool of threads, keep-alive). TLS and HTTP/2 belong in the proxy in front.
 *
 * A request is handed to `handle` when its body is complete, on a pool thread that must not block. The handler either
 * replies at once, or keeps the request and has another thread reply later: the server suspends it and enforces
 * `deadline_ms` (503 `timeout`); a reply after the deadline is dropped. Exactly one http_reply for each request;
 * afterwards the request must not be touched. The request is a talloc context: what belongs to it may hang there.
 *
 * What can be read in two ways is refused with 400 and the connection closed: two Content-Length, Host or
 * Authorization, both Content-Length and Transfer-Encoding, no Host, a space in the target or in a field's name, bare
 * CR or LF, NUL, folded fields, chunk extensions.
 *
 * A client that closes its sending side has left: what is answered at once still goes out to it, what waits is let go
 * of within 50 ms, and so is a request that is not whole; a stream within a second. HTTP/1.1 lets a client half-close
 * and read on, but until something is written to it TCP says the same of one that has gone; places and waiting outcomes
 * would be held for the gone ones until their deadline, while no browser and no proxy in front half-closes. Whoever
 * wants his answer keeps his side open; a write that was accepted is done all the same, and its repeat finds the
 * outcome. */
#ifndef SOTAY_COMMON_HTTP_SERVER_H
#define SOTAY_COMMON_HTTP_SERVER_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <talloc.h>

struct http_server;
struct http_request;
struct http_field {
    const char *name, *value;
};

struct http_options {
    const char *listen; /* "127.0.0.1:8080", "[::1]:8080", "unix:/path" */
    /* Optional: another address, of proxies alone, who say by PROXY protocol, version 2, for whom they open each
     * connection. That is then its address. `may_proxy`: whether somebody may speak for others; on a thread of its
     * own. */
    const char *proxied;
    bool (*may_proxy)(const char *peer, void *arg);
    unsigned threads;    /* not more than cores */
    size_t body_bytes;   /* larger: 413, by Content-Length or while it arrives */
    size_t bodies_bytes; /* of all bodies that are in memory at once; beyond: 503 overloaded; 0: no limit */
    /* When seven eighths are there, each new one takes the place of an idle one of the address that has the most. */
    unsigned connections, connections_per_address;
    unsigned idle_s;      /* of a connection */
    unsigned deadline_ms; /* of a whole request, body included; a sink's body, and an answer on its way out, may
                             outlast it at 16 KiB/s or more */
    void (*handle)(struct http_request *request, void *arg);
    /* Optional: called once headers are in; may open a sink for a large body by http_sink, or say by http_limit_body
     * how large a body may be. May reply at once to refuse the body: nothing of it is kept. */
    void (*head)(struct http_request *request, void *arg);
    /* Optional: makes the body of a refusal of the server's own (413 body_too_large, 503 timeout or, while it stops,
     * unavailable; a sink's error) by one http_reply, at once, on the connection's thread. The handler may still be at
     * work on a request that timed out: allocate nothing in it. */
    void (*refuse)(struct http_request *request, enum err err, void *arg);
    /* Optional: called once for a request that waits and whose client has left; the connection ends, and the one
     * http_reply will be dropped. A handler that finds the request gives it back now, by http_hang_up. On a thread of
     * the server's that must not block. */
    void (*left)(struct http_request *request, void *arg);
    /* Optional, of the whole process, so every server of it says the same: the body, JSON that stays, of what is
     * refused before there is a request: what is no HTTP, or may be read in two ways. Any thread. */
    const char *(*refusal)(enum err err);
    /* Optional: of every answer, shared ones aside, that does not say it itself. */
    const struct http_field *always;
    size_t n_always;
    void *arg;
};

/* Body bytes as they arrive, instead of in memory. An error answers the request with it. */
typedef enum err http_sink_fn(void *sink, const void *bytes, size_t n);
void http_sink(struct http_request *request, http_sink_fn *write, void *sink, uint64_t limit_bytes);
/* What `head` or `handle` has found out, for `handle` or `left` to go on with; NULL: nothing was kept. */
void http_keep(struct http_request *request, void *found);
void *http_kept(const struct http_request *request);
/* In `head`: a body is to come; it may have so many bytes, in place of body_bytes. */
bool http_has_body(const struct http_request *request);
void http_limit_body(struct http_request *request, uint64_t limit_bytes);

MUST_CHECK enum err http_server_start(TALLOC_CTX *ctx, const struct http_options *options,
                                      struct http_server **ret_server);
/* Takes no new connections and refuses new requests, waits for those under way up to deadline_ms, answers the rest with
 * 503, closes. A handler may still reply to one of those afterwards: it is dropped. */
void http_server_stop(struct http_server *server);

const char *http_method(const struct http_request *request);
const char *http_path(const struct http_request *request);  /* as sent, before the '?', still %-encoded */
const char *http_query(const struct http_request *request); /* after the '?'; "" if none */
/* The first of the name; NULL if absent. Only in head, handle, refuse. */
const char *http_header(const struct http_request *request, const char *name);
/* All of the name, in their order, with ", " between them: a list that may come in several fields. Owned by ctx. */
const char *http_header_list(TALLOC_CTX *ctx, const struct http_request *request, const char *name);
const void *http_body(const struct http_request *request, size_t *ret_bytes);
const char *http_peer(const struct http_request *request);   /* address without port; "unix" */
int64_t http_started_us(const struct http_request *request); /* monotonic */

/* A response that may be sent many times (cached entries): reference counted, any thread. */
struct http_shared;
/* Copies fields and body. The result is the caller's, who lets go of it by http_shared_unref. */
struct http_shared *http_shared_new(int status, const struct http_field fields[], size_t n, const void *body,
                                    size_t bytes);
struct http_shared *http_shared_ref(struct http_shared *shared);
void http_shared_unref(struct http_shared *shared);

/* Replies; any thread, once. Fields and body are copied (`body` may be NULL with 0 bytes). */
void http_reply(struct http_request *request, int status, const struct http_field fields[], size_t n, const void *body,
                size_t bytes);
/* In place of a reply: the connection ends without one. */
void http_hang_up(struct http_request *request);
/* A shared response; only the correlation id header is added. Costs a field, not a response: see http_shared.c. */
void http_reply_shared(struct http_request *request, struct http_shared *shared);
/* A part of an open file; takes the descriptor. */
void http_reply_file(struct http_request *request, int status, const struct http_field fields[], size_t n, int fd,
                     uint64_t offset, uint64_t bytes);
/* An answer that goes on (text/event-stream): its bytes are added later, from any thread. The connection's own deadline
 * is not asked of it; who takes less than comes, so that more than `room` bytes wait, is dropped, and so is who leaves
 * while none wait. */
struct http_stream;
struct http_stream_options {
    size_t room;
    void (*closed)(void *arg); /* once, when the connection has let go of it: on any thread, without a lock of ours */
    void *arg;
};
/* Replies, in `handle` only: where the request has waited its connection may be gone. NULL: no memory, and `closed` is
 * not called. The result is the caller's until http_stream_unref. */
struct http_stream *http_reply_stream(struct http_request *request, int status, const struct http_field fields[],
                                      size_t n, const struct http_stream_options *options);
/* Copies. False: it has ended, or the client took too little and is dropped now. */
bool http_stream_add(struct http_stream *stream, const void *bytes, size_t n);
/* Ends behind what waits. All are to be ended before http_server_stop. */
void http_stream_end(struct http_stream *stream);
void http_stream_unref(struct http_stream *stream);

/* Set before replying: sent as X-Correlation-Id with every reply. */
void http_set_correlation(struct http_request *request, const char *correlation_id);
const char *http_correlation(const struct http_request *request);

#endif
