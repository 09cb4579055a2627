/* What the http_*.c files of the server share; nobody else includes it. Each file calls only those below it:
 *
 *      http_daemon      libmicrohttpd's daemon: requests in, start and stop
 *      http_proxied     connections in that begin with a proxy's header (http_proxy)
 *      http_deadline    the thread that watches the time, and who leaves
 *      http_reply       responses out
 *      http_stream      answers that go on
 *      http_request     the life of a request
 *      http_body        what its body holds
 *      http_fields      what its head may not say
 *      http_shared, http_connection, http_listen
 *
 * A request has two owners: libmicrohttpd until it is completed, and the handler until its one reply. It is freed when
 * both let go, so a reply that comes after the deadline or after the client left finds its memory, and is dropped.
 *
 *      HANDLING ──handler returned without a reply──▶ SUSPENDED ──reply─────▶ READY (resumed, queued)
 *          │                                              └──────deadline──▶ EXPIRED (resumed, refused by the
 *                                                         connection's thread)
 *                                                   └──client leaves▶ LEFT (resumed, the connection closed)
 *          └────────────reply──────────────────────────────────────────────▶ READY (queued at once)
 *
 * `replied` is the right to leave SUSPENDED: handler and deadline compete for it, and only the winner resumes. Whoever
 * leaves is due at once. */
#ifndef SOTAY_COMMON_HTTP_INTERNAL_H
#define SOTAY_COMMON_HTTP_INTERNAL_H

#include "common/base/array.h"
#include "common/base/deadlines.h"
#include "common/http/http_server.h"
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>
#include <uthash.h>

typedef enum MHD_Result http_mhd_result;

enum http_state { HTTP_HANDLING, HTTP_SUSPENDED, HTTP_READY, HTTP_EXPIRED, HTTP_LEFT };
enum { HTTP_PEER_BYTES = 64, HTTP_LOOK_EVERY_MS = 50 };
enum { HTTP_LEAST_BYTES_PER_S = 16 * 1024 }; /* of an upload or an answer that outlasts the deadline */

/* How many connections an address has. */
struct http_address {
    char peer[HTTP_PEER_BYTES];
    unsigned n;
    UT_hash_handle hh;
};

/* Lives as long as libmicrohttpd's connection; in the server's list, so that the clock sees it. */
struct http_connection {
    LIST_ENTRY(http_connection) entry;
    int fd;
    char peer[HTTP_PEER_BYTES];
    struct http_address *address;
    bool is_closing;            /* it gave way to a new one */
    void (*on_left)(void *arg); /* under the server's lock: hears that the client has left; NULL: nobody asks */
    void *on_left_arg;
    bool is_patient; /* to hear of it within a second is soon enough: there may be ten thousand streams */
    _Atomic int64_t waiting_since_us; /* 0: a request is under way */
    _Atomic int64_t sent_before_us;   /* when an answer that is on its way must have gone out; 0: there is none */
};

/* One sending of a shared response. */
struct http_clone {
    struct http_clone *next;
    struct http_shared *shared; /* owned while it is under way, not while it is idle */
    struct MHD_Response *response;
};

struct http_request {
    struct http_server *server;
    struct MHD_Connection *connection;
    struct http_connection *of; /* from when its headers are in */
    char *path, *query;         /* of one block */
    const char *method;
    char peer[HTTP_PEER_BYTES], correlation[65];
    int64_t started_us;
    ARRAY(char) body;
    size_t held; /* what of the server's `held` is this body's */
    http_sink_fn *sink;
    void *sink_arg, *kept;
    uint64_t received, limit;
    enum err refused;                 /* decided while the body was still coming */
    bool begun, handed_over, is_last; /* is_last: the connection closes behind its answer */
    bool has_left;                    /* its client, while it was suspended; under the server's lock */
    bool goes_on;                     /* its answer has no end that could be too late */
    atomic_int owners;
    atomic_int state; /* enum http_state */
    atomic_flag replied;
    struct MHD_Response *response;
    struct http_clone *clone; /* whose response it is, if it is not the request's own */
    uint64_t response_bytes;
    int status;
    struct deadline deadline; /* in the server's, while it is suspended */
};

struct http_server {
    struct http_options options;
    struct MHD_Daemon *daemon;
    int fd;
    char *unix_path;
    pthread_mutex_t lock;        /* of the next four */
    struct deadlines *suspended; /* their owners are requests */
    LIST_HEAD(, http_connection) connections;
    unsigned n_connections;
    struct http_address *addresses;
    atomic_size_t held;     /* bytes, by all bodies */
    atomic_int n_suspended; /* not yet resumed: libmicrohttpd must not be stopped before */
    pthread_t clock;
    atomic_bool draining, stopping;
    struct http_proxied *proxied; /* NULL: no proxy has an address of its own */
};

/* --- http_listen.c ------------------------------------------------------------------------------------------------ */
MUST_CHECK enum err http_listen(const char *address, int *ret_fd, const char **ret_unix_path);

/* --- http_proxied.c ----------------------------------------------------------------------------------------------- */
/* Behind the daemon's start, and before it is stopped. */
struct http_proxied;
MUST_CHECK enum err http_proxied_start(struct http_server *server);
void http_proxied_stop(struct http_proxied *proxied);

/* --- http_connection.c -------------------------------------------------------------------------------------------- */
/* libmicrohttpd's callback; `server` is the http_server. */
void http_connection_changed(void *server, struct MHD_Connection *connection, void **context,
                             enum MHD_ConnectionNotificationCode code);
/* "192.0.2.1", "2001:db8::1"; "unix" */
void http_address_text(const struct sockaddr *address, char text[HTTP_PEER_BYTES]);
struct http_connection *http_connection_of(struct MHD_Connection *connection);
bool http_is_answered(struct http_server *server); /* no request is under way */
/* Those who drip a header or idle since before then, and those who read too slowly. */
void http_close_lingering(struct http_server *server, int64_t now_us, int64_t waiting_before_us);

/* Who has left of those whom somebody waits for; asked of the sockets, as libmicrohttpd does not look at what is
 * suspended. Of the patient ones it asks a share, another each time; the clock's thread calls it with its ticks. */
void http_find_left(struct http_server *server, unsigned tick);

/* --- http_shared.c ------------------------------------------------------------------------------------------------ */
/* Any thread. Whoever takes a clone gives it to http_finish, or back by http_clone_done. NULL: no memory for it. */
struct http_clone *http_clone_take(struct http_shared *shared);
void http_clone_done(struct http_clone *clone);
int http_shared_status(const struct http_shared *shared);
size_t http_shared_bytes(const struct http_shared *shared);

/* --- http_request.c ----------------------------------------------------------------------------------------------- */
/* `target` is what the request line says; copied. The result has both owners. */
struct http_request *http_request_new(struct http_server *server, struct MHD_Connection *connection,
                                      const char *target);
void http_request_unref(struct http_request *request);
/* The handler has returned without a reply. On the connection's thread. */
void http_suspend(struct http_request *request);
/* Takes the response; gives back the replier's share of the request. Any thread. */
void http_finish(struct http_request *request, int status, struct MHD_Response *response, uint64_t bytes,
                 struct http_clone *clone);
/* Sends what http_finish was given. On the connection's thread. */
http_mhd_result http_queue_response(struct http_request *request);
/* Ends the waiting of those whose deadline has come, or whose client has left; INT64_MAX: of all. Each connection's own
 * thread answers for them by http_answer_expired: it may read the headers. */
void http_expire(struct http_server *server, int64_t now_us);
void http_answer_expired(struct http_request *request, void (*refuse)(struct http_request *request, enum err err));

/* --- http_body.c -------------------------------------------------------------------------------------------------- */
/* Keeps a part of a body. ERR_OVERLOADED: all bodies together hold too much; this one is let go of. */
MUST_CHECK enum err http_body_add(struct http_request *request, const char *bytes, size_t n);
/* A body that is refused is let go of at once; else it goes with its request, and is counted until that is completed.
 * On the connection's thread. */
void http_body_drop(struct http_request *request);
void http_body_uncount(struct http_request *request);

/* --- http_fields.c ------------------------------------------------------------------------------------------------ */
/* Whether two programs could read the request as two different ones. On the connection's thread. */
bool http_is_ambiguous(const struct http_request *request);

/* --- http_reply.c ------------------------------------------------------------------------------------------------- */
/* Through options.refuse if there is one. On the connection's thread. */
void http_refuse(struct http_request *request, enum err err);

/* --- http_deadline.c ---------------------------------------------------------------------------------------------- */
void *http_clock_thread(void *server);

#endif
