/* What http_server.c (requests in), http_connection.c (who is connected), http_reply.c and http_shared.c (responses
 * out) and http_deadline.c (time) share.
 *
 * A request has two owners: libmicrohttpd until it is completed, and the handler until its one reply. It is freed when
 * both let go, so a reply that comes after the deadline or after the client left finds its memory, and is dropped.
 *
 *      HANDLING ──handler returned without a reply──▶ SUSPENDED ──reply─────▶ READY (resumed, queued)
 *          │                                              └──────deadline──▶ EXPIRED (resumed, refused by the
 *                                                         connection's thread)
 *          └────────────reply──────────────────────────────────────────────▶ READY (queued at once)
 *
 * `replied` is the right to leave SUSPENDED: handler and deadline compete for it, and only the winner resumes. */
#ifndef SOTAY_COMMON_HTTP_INTERNAL_H
#define SOTAY_COMMON_HTTP_INTERNAL_H

#include "common/base/array.h"
#include "common/http/http_server.h"
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>

#if MHD_VERSION < 0x00097002
typedef int http_mhd_result;
#else
typedef enum MHD_Result http_mhd_result;
#endif

enum http_state { HTTP_HANDLING, HTTP_SUSPENDED, HTTP_READY, HTTP_EXPIRED };
enum { HTTP_PEER_BYTES = 64 };

/* Lives as long as libmicrohttpd's connection; in the server's list, so that the clock sees it. */
struct http_connection {
    LIST_ENTRY(http_connection) entry;
    int fd;
    char peer[HTTP_PEER_BYTES];
    _Atomic int64_t waiting_since_us; /* 0: a request is under way */
};

struct http_clone; /* http_shared.c: one sending of a shared response */

struct http_request {
    struct http_server *server;
    struct MHD_Connection *connection;
    char *path, *query; /* of one block */
    const char *method;
    char peer[HTTP_PEER_BYTES], correlation[65];
    int64_t started_us;
    ARRAY(char) body;
    http_sink_fn *sink;
    void *sink_arg;
    uint64_t received, limit;
    enum err refused; /* decided while the body was still coming */
    bool begun, handed_over;
    atomic_int owners;
    atomic_int state; /* enum http_state */
    atomic_flag replied;
    struct MHD_Response *response;
    struct http_clone *clone; /* whose response it is, if it is not the request's own */
    int status;
    bool listed;
    TAILQ_ENTRY(http_request) entry;
};

struct http_server {
    struct http_options options;
    struct MHD_Daemon *daemon;
    int fd;
    char *unix_path;
    pthread_mutex_t lock;                              /* of both lists */
    TAILQ_HEAD(http_requests, http_request) suspended; /* by their start, oldest first */
    LIST_HEAD(, http_connection) connections;
    atomic_int n_suspended; /* not yet resumed: libmicrohttpd must not be stopped before */
    pthread_t clock;
    atomic_bool draining, stopping;
};

void http_request_unref(struct http_request *request);
void http_resume(struct http_server *server, struct MHD_Connection *connection);

/* These run on the connection's thread. Refusals go through options.refuse if there is one. */
void http_refuse(struct http_request *request, enum err err);
void http_refuse_expired(struct http_request *request);
http_mhd_result http_queue_response(struct http_request *request); /* what the reply has left */

/* Takes the response; gives back the replier's share of the request. Any thread. */
void http_finish(struct http_request *request, int status, struct MHD_Response *response, struct http_clone *clone);
void http_clone_done(struct http_clone *clone);

void http_connection_changed(void *server, struct MHD_Connection *connection, void **context,
                             enum MHD_ConnectionNotificationCode code);
struct http_connection *http_connection_of(struct MHD_Connection *connection);
bool http_is_answered(struct http_server *server); /* no request is under way */
void http_close_lingering(struct http_server *server, int64_t waiting_before_us);

void http_deadline_add(struct http_request *request);
void http_deadline_remove(struct http_request *request);
void *http_clock_thread(void *server);
void http_expire_all(struct http_server *server); /* 503 for all that is suspended */

MUST_CHECK enum err http_listen(const char *address, int *ret_fd, const char **ret_unix_path); /* http_listen.c */

#endif
