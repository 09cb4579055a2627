/* What http_server.c (connections, requests in), http_reply.c (responses out), http_deadline.c (time) share.
 *
 * A request has two owners: libmicrohttpd until it is completed, and the handler until its one reply. It is freed when both let go,
 * so a reply that comes after the deadline or after the client left finds its memory, and is dropped.
 *
 *      HANDLING ──handler returned without a reply──▶ SUSPENDED ──reply──▶ READY (resumed, queued)
 *          └────────────reply────────────────────────────────────────────▶ READY (queued at once) */
#ifndef SOTAY_COMMON_HTTP_INTERNAL_H
#define SOTAY_COMMON_HTTP_INTERNAL_H

#include "common/http_server.h"
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#if MHD_VERSION < 0x00097002
typedef int http_mhd_result;
#else
typedef enum MHD_Result http_mhd_result;
#endif

enum http_state { HTTP_HANDLING, HTTP_SUSPENDED, HTTP_READY };

struct http_connection { /* one of libmicrohttpd's; its list entry lives as long as the connection */
    struct http_connection *next, **previous;
    int fd;
    int64_t waiting_since_us; /* 0: a request is under way */
};

struct http_request {
    struct http_server *server;
    struct MHD_Connection *connection;
    char *path, *query;
    const char *method;
    char peer[64], correlation[65];
    int64_t started_us;
    char *body;
    size_t body_bytes, body_room;
    http_sink_fn *sink;
    void *sink_arg;
    uint64_t received, limit;
    enum err refused;         /* decided while the body was still coming */
    bool begun, handed_over;
    atomic_int owners;
    atomic_int state;         /* enum http_state */
    atomic_flag replied;
    struct MHD_Response *response;
    int status;
    struct http_request *next, **previous; /* in the server's list of suspended ones, oldest first */
};

struct http_server {
    struct http_options options;
    struct MHD_Daemon *daemon;
    int fd;
    char *unix_path;
    pthread_mutex_t lock;     /* of both lists */
    struct http_request *suspended, **suspended_end;
    struct http_connection *connections;
    pthread_t clock;
    atomic_bool stopping;
};

void http_request_unref(struct http_request *request);
void http_refuse(struct http_request *request, enum err err);        /* replies, through options.refuse if there is one */
http_mhd_result http_queue_response(struct http_request *request);   /* the response that http_reply left; connection's thread */

void http_deadline_add(struct http_request *request);
void http_deadline_remove(struct http_request *request);
void *http_clock_thread(void *server);
void http_expire_all(struct http_server *server);                    /* 503 for all that is suspended */

MUST_CHECK enum err http_listen(const char *address, int *ret_fd, const char **ret_unix_path); /* http_listen.c */

#endif
