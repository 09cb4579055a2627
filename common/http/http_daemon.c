/* Requests in, start and stop. http_internal.h draws the life of a request. */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/http/http_internal.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Headers of request and answer, and the part of a body that is being read. libmicrohttpd clears what is free of it at
 * each request: at 32 KiB a cached read took 2 % longer. A browser sends about 2 KiB of headers, an access token among
 * them. */
enum { CONNECTION_MEMORY_BYTES = 8 * 1024 };
enum { STOP_LOOK_MS = 10, LAST_WRITES_MS = 500 };
#define DISCARD_LIMIT_BYTES (UINT64_C(8) << 20) /* of a refused body; then the connection is closed */

/* --- requests ----------------------------------------------------------------------------------------------------- */

/* libmicrohttpd's first word of a request: the whole target, before it is taken apart. The result becomes the request's
 * context. The target is libmicrohttpd's own copy, which it goes on to take apart in place: into a header for each
 * parameter, and where there is no room for them the connection ends without an answer. Nobody asks it for them, so
 * that it finds none. */
static void *on_target(void *arg, const char *target, struct MHD_Connection *connection)
{
    struct http_request *request = http_request_new(arg, connection, target);
    char *parameters = strchr(target, '?');
    if (parameters)
        parameters[1] = '\0';
    return request;
}

static bool is_announced_too_large(const struct http_request *request)
{
    const char *text = http_header(request, "Content-Length");
    return text && strtoull(text, NULL, 10) > request->limit;
}

static void ask_head(struct http_request *request)
{
    const struct http_options *options = &request->server->options;
    request->is_last = http_is_ambiguous(request);
    if (request->is_last)
        http_refuse(request, ERR_HEADER_INVALID);
    else if (atomic_load(&request->server->draining))
        http_refuse(request, ERR_UNAVAILABLE);
    else if (options->head)
        options->head(request, options->arg);
    if (atomic_load(&request->state) != HTTP_READY && is_announced_too_large(request))
        http_refuse(request, ERR_BODY_TOO_LARGE);
}

/* Whether a refusal is said before the body has come. libmicrohttpd closes the connection behind it, and a client that
 * is still sending may then not read why: so a body that is on its way and not too large is passed over first; of one
 * that does not say how large it is nobody knows. */
static bool is_refused_at_once(const struct http_request *request)
{
    return request->is_last || http_header(request, "Expect") || http_header(request, "Transfer-Encoding") ||
           is_announced_too_large(request);
}

/* Headers are in. A reply now refuses the body; without a body to refuse it waits for the second call, and the
 * connection lives on. */
static http_mhd_result begin(struct http_request *request, const char *method)
{
    struct http_connection *connection = http_connection_of(request->connection);
    atomic_store_explicit(&connection->waiting_since_us, 0, memory_order_relaxed);
    memcpy(request->peer, connection->peer, sizeof request->peer);
    request->of = connection;
    request->begun = true;
    request->method = mem_text(request, method);
    ask_head(request);
    bool refused = atomic_load(&request->state) == HTTP_READY && http_has_body(request);
    return refused && is_refused_at_once(request) ? http_queue_response(request) : MHD_YES;
}

/* libmicrohttpd sees inactivity only: a whole body has the deadline, a sink's a least speed beyond it. */
static bool is_dripping(const struct http_request *request)
{
    int64_t allowed_us = request->server->options.deadline_ms * INT64_C(1000);
    if (request->sink)
        allowed_us += (int64_t)(request->received * 1000000 / HTTP_LEAST_BYTES_PER_S);
    return clock_monotonic_us() - request->started_us > allowed_us;
}

/* A part of the body. MHD_NO closes the connection: the client drips, or goes on with what was refused. */
static http_mhd_result receive(struct http_request *request, const char *bytes, size_t n)
{
    request->received += n;
    if (is_dripping(request) || request->received > request->limit + DISCARD_LIMIT_BYTES)
        return MHD_NO;
    if (atomic_load(&request->state) == HTTP_READY || request->refused)
        return MHD_YES;
    if (request->received > request->limit) {
        request->refused = ERR_BODY_TOO_LARGE;
        http_body_drop(request);
    } else if (request->sink) {
        request->refused = request->sink(request->sink_arg, bytes, n);
    } else {
        request->refused = http_body_add(request, bytes, n);
    }
    return MHD_YES;
}

/* All is in: the handler has it. Suspends unless it has replied by now. */
static http_mhd_result hand_over(struct http_request *request)
{
    const struct http_options *options = &request->server->options;
    request->handed_over = true;
    if (request->refused)
        http_refuse(request, request->refused);
    else
        options->handle(request, options->arg);
    if (atomic_load(&request->state) == HTTP_READY)
        return http_queue_response(request);
    http_suspend(request);
    return MHD_YES;
}

static http_mhd_result on_access(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
                                 const char *version, const char *upload, size_t *upload_bytes, void **context)
{
    (void)arg, (void)connection, (void)url, (void)version;
    struct http_request *request = *context;
    if (!request->begun)
        return begin(request, method);
    if (*upload_bytes > 0) {
        size_t n = *upload_bytes;
        *upload_bytes = 0;
        return receive(request, upload, n);
    }
    if (atomic_load(&request->state) == HTTP_LEFT)
        return MHD_NO; /* closes it */
    if (atomic_load(&request->state) == HTTP_EXPIRED)
        http_answer_expired(request, http_refuse);
    if (atomic_load(&request->state) == HTTP_READY)
        return http_queue_response(request);
    return hand_over(request);
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
    (void)arg, (void)code;
    struct http_request *request = *context;
    if (!request)
        return;
    *context = NULL;
    struct http_connection *c = http_connection_of(connection);
    atomic_store_explicit(&c->sent_before_us, 0, memory_order_relaxed);
    atomic_store_explicit(&c->waiting_since_us, clock_monotonic_us(), memory_order_relaxed);
    http_body_uncount(request); /* now: a late reply may outlive the server */
    if (!request->handed_over && atomic_load(&request->state) != HTTP_READY)
        http_request_unref(request); /* it never reached the handler, who so will not reply */
    http_request_unref(request);
}

/* --- start and stop ----------------------------------------------------------------------------------------------- */

/* libmicrohttpd's own refusals, which no request stands for yet. */
static const char *(*refusal)(enum err err);

static const char *on_refusal(unsigned *status)
{
    enum err err = *status == 413                     ? ERR_BODY_TOO_LARGE
                   : *status == 414                   ? ERR_URI_TOO_LONG
                   : *status == 431                   ? ERR_HEADERS_TOO_LARGE
                   : *status == 500 || *status == 503 ? ERR_OVERLOADED /* it has no memory for more */
                                                      : ERR_HEADER_INVALID;
    *status = (unsigned)err_info(err)->http_status;
    return refusal(err);
}

static void set_refusal(const char *(*made)(enum err err))
{
    if (!made)
        return;
    refusal = made;
    MHD_set_error_page(on_refusal);
}

static bool start_daemon(struct http_server *server)
{
    const struct http_options *o = &server->options;
    const struct MHD_OptionItem more[] = {
        {MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)(o->threads > 1 ? o->threads : 0), NULL},
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, (intptr_t)(server->unix_path ? 0 : o->connections_per_address), NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_access, server,
        MHD_OPTION_LISTEN_SOCKET, server->fd, MHD_OPTION_URI_LOG_CALLBACK, on_target, server,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_NOTIFY_CONNECTION, http_connection_changed,
        server, MHD_OPTION_CONNECTION_LIMIT, o->connections, MHD_OPTION_CONNECTION_TIMEOUT, o->idle_s,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_ARRAY, more, MHD_OPTION_END);
    return server->daemon != NULL;
}

enum err http_server_start(TALLOC_CTX *ctx, const struct http_options *options, struct http_server **ret_server)
{
    struct http_server *server = mem_new(ctx, struct http_server);
    const char *unix_path = NULL;
    server->options = *options;
    server->suspended = deadlines_new(server, HTTP_LOOK_EVERY_MS * INT64_C(1000), options->deadline_ms * INT64_C(1000),
                                      clock_monotonic_us());
    LIST_INIT(&server->connections);
    pthread_mutex_init(&server->lock, NULL);
    set_refusal(options->refusal);
    enum err err = http_listen(options->listen, &server->fd, &unix_path);
    server->unix_path = mem_text(server, unix_path);
    if (!err && pthread_create(&server->clock, NULL, http_clock_thread, server) != 0)
        err = ERR_INTERNAL;
    if (!err && !start_daemon(server)) {
        log_error("http_failed", "address=%s", options->listen);
        atomic_store(&server->stopping, true);
        (void)pthread_join(server->clock, NULL); /* ours */
        err = ERR_INTERNAL;
    }
    if (err) {
        mem_free(server);
        return err;
    }
    if (options->proxied && *options->proxied)
        err = http_proxied_start(server);
    if (err)
        http_server_stop(server);
    else
        *ret_server = server;
    return err;
}

static void wait_answered(struct http_server *server, int64_t timeout_ms)
{
    int64_t end_us = clock_monotonic_us() + timeout_ms * 1000;
    while (!http_is_answered(server) && clock_monotonic_us() < end_us)
        pause_ms(STOP_LOOK_MS); /* a poll with a deadline */
}

/* libmicrohttpd aborts when it is stopped with a suspended connection. No new ones come: the server drains. */
static void expire_suspended(struct http_server *server)
{
    do {
        http_expire(server, INT64_MAX);
        pause_ms(1); /* who has claimed a request resumes it at once */
    } while (atomic_load(&server->n_suspended) > 0);
}

void http_server_stop(struct http_server *server)
{
    if (server->proxied)
        http_proxied_stop(server->proxied);
    MHD_socket listening = MHD_quiesce_daemon(server->daemon);
    atomic_store(&server->draining, true);
    wait_answered(server, server->options.deadline_ms);
    expire_suspended(server);
    wait_answered(server, LAST_WRITES_MS);
    atomic_store(&server->stopping, true);
    (void)pthread_join(server->clock, NULL); /* ours, joined once */
    MHD_stop_daemon(server->daemon);
    (void)close(listening == MHD_INVALID_SOCKET ? server->fd : listening); /* only listened */
    if (server->unix_path)
        (void)unlink(server->unix_path); /* gone is as good */
    pthread_mutex_destroy(&server->lock);
    mem_free(server);
}
