/* The life of a request, from its first line to its one reply. http_internal.h draws it. */
#include "common/base/clock.h"
#include "common/http/http_internal.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The request that this thread refuses because its time is over: the deadline has claimed it already. */
static _Thread_local const struct http_request *refusing;

/* RFC 9112, 3.2.2: a target may name the whole address. Which host it says is a proxy's to know. */
static const char *path_of(const char *target)
{
    size_t scheme = strncasecmp(target, "http://", 7) == 0 ? 7 : strncasecmp(target, "https://", 8) == 0 ? 8 : 0;
    if (scheme == 0)
        return target;
    const char *path = target + scheme + strcspn(target + scheme, "/?");
    return *path == '/' ? path : "/";
}

struct http_request *http_request_new(struct http_server *server, struct MHD_Connection *connection, const char *target)
{
    struct http_request *request = mem_new(NULL, struct http_request);
    request->server = server;
    request->connection = connection;
    request->path = mem_text(request, path_of(target));
    request->query = request->path + strcspn(request->path, "?");
    if (*request->query)
        *request->query++ = '\0';
    request->started_us = clock_monotonic_us();
    request->limit = server->options.body_bytes;
    atomic_init(&request->owners, 2);
    atomic_init(&request->state, HTTP_HANDLING);
    atomic_flag_clear(&request->replied);
    return request;
}

static void discard(struct MHD_Response *response, struct http_clone *clone)
{
    if (clone)
        http_clone_done(clone);
    else if (response)
        MHD_destroy_response(response);
}

void http_request_unref(struct http_request *request)
{
    if (atomic_fetch_sub(&request->owners, 1) != 1)
        return;
    discard(request->response, request->clone);
    mem_free(request);
}

/* --- waiting for the reply ---------------------------------------------------------------------------------------- */

/* His time is over. Under the lock. */
static void on_left(void *arg)
{
    struct http_request *request = arg;
    request->has_left = true;
    request->of->on_left = NULL;
    deadlines_remove(&request->deadline);
    deadlines_add(request->server->suspended, &request->deadline, 0, request);
}

static void deadline_add(struct http_request *request)
{
    struct http_server *server = request->server;
    int64_t due_us = request->started_us + server->options.deadline_ms * INT64_C(1000);
    pthread_mutex_lock(&server->lock);
    deadlines_add(server->suspended, &request->deadline, due_us, request);
    request->of->on_left_arg = request;
    request->of->on_left = on_left;
    request->of->is_patient = false;
    pthread_mutex_unlock(&server->lock);
}

/* Under the lock, while the connection is suspended. */
static void forget_waiting(struct http_request *request)
{
    deadlines_remove(&request->deadline);
    request->of->on_left = NULL;
}

static void deadline_remove(struct http_request *request)
{
    pthread_mutex_lock(&request->server->lock);
    forget_waiting(request);
    pthread_mutex_unlock(&request->server->lock);
}

static void resume(struct http_server *server, struct MHD_Connection *connection)
{
    MHD_resume_connection(connection);
    atomic_fetch_sub(&server->n_suspended, 1);
}

/* The reply comes from another thread, or has come in this very moment: then nobody else resumes. */
void http_suspend(struct http_request *request)
{
    struct http_server *server = request->server;
    int handling = HTTP_HANDLING;
    atomic_fetch_add(&server->n_suspended, 1);
    deadline_add(request);
    MHD_suspend_connection(request->connection);
    if (atomic_compare_exchange_strong(&request->state, &handling, HTTP_SUSPENDED))
        return; /* the request may be gone by now */
    deadline_remove(request);
    resume(server, request->connection);
}

/* --- one reply ---------------------------------------------------------------------------------------------------- */

static void add_always(const struct http_options *options, struct MHD_Response *response)
{
    for (size_t i = 0; i < options->n_always; i++)
        if (!MHD_get_response_header(response, options->always[i].name))
            (void)MHD_add_response_header(response, options->always[i].name,
                                          options->always[i].value); /* constants: their characters are fine */
}

static void add_own_fields(const struct http_request *request, struct MHD_Response *response,
                           const struct http_clone *clone)
{
    if (!clone && *request->correlation)
        (void)MHD_add_response_header(response, "X-Correlation-Id",
                                      request->correlation); /* its characters were checked */
    bool is_last = request->is_last || atomic_load_explicit(&request->server->draining, memory_order_relaxed);
    if (!clone)
        add_always(&request->server->options, response);
    if (!clone && is_last)
        (void)MHD_add_response_header(response, "Connection", "close"); /* or the client asks again */
}

/* Whoever comes first replies: the handler or the deadline. */
void http_finish(struct http_request *request, int status, struct MHD_Response *response, uint64_t bytes,
                 struct http_clone *clone)
{
    bool first = refusing == request || !atomic_flag_test_and_set(&request->replied);
    if (!first) {
        discard(response, clone);
        http_request_unref(request);
        return;
    }
    if (response)
        add_own_fields(request, response, clone);
    request->status = status;
    request->response = response;
    request->response_bytes = bytes;
    request->clone = clone;
    if (atomic_exchange(&request->state, HTTP_READY) == HTTP_SUSPENDED) {
        deadline_remove(request);
        resume(request->server, request->connection);
    }
    http_request_unref(request);
}

void http_hang_up(struct http_request *request)
{
    http_finish(request, 0, NULL, 0, NULL);
}

/* A reader who takes less than this is sent no more, as a writer who is as slow is not listened to. */
static int64_t sent_before_us(const struct http_request *request)
{
    int64_t allowed_us = request->server->options.deadline_ms * INT64_C(1000);
    allowed_us += (int64_t)(request->response_bytes * 1000000 / HTTP_LEAST_BYTES_PER_S);
    return clock_monotonic_us() + allowed_us;
}

http_mhd_result http_queue_response(struct http_request *request)
{
    if (!request->response)
        return MHD_NO;
    atomic_store_explicit(&request->of->sent_before_us, request->goes_on ? 0 : sent_before_us(request),
                          memory_order_relaxed);
    http_mhd_result queued = MHD_queue_response(request->connection, (unsigned)request->status, request->response);
    if (!request->clone)
        MHD_destroy_response(request->response);
    request->response = NULL;
    return queued;
}

/* --- no reply in time --------------------------------------------------------------------------------------------- */

/* Takes one whose time is over. *ret_request stays NULL if its handler replies in this moment: whoever replies takes
 * the lock before it resumes, so a request that waits is there. False: none is due. */
static bool take_due(struct http_server *server, int64_t now_us, struct http_request **ret_request)
{
    pthread_mutex_lock(&server->lock);
    struct http_request *request = deadlines_take(server->suspended, now_us);
    if (request)
        forget_waiting(request);
    if (request && !atomic_flag_test_and_set(&request->replied))
        *ret_request = request;
    pthread_mutex_unlock(&server->lock);
    return request != NULL;
}

/* `replied` is ours. The handler may give it back, and its connection be gone, before `left` returns. */
static void end_waiting(struct http_request *request)
{
    const struct http_options *options = &request->server->options;
    bool has_left = request->has_left;
    atomic_fetch_add(&request->owners, 1);
    if (atomic_exchange(&request->state, has_left ? HTTP_LEFT : HTTP_EXPIRED) == HTTP_SUSPENDED)
        resume(request->server, request->connection);
    if (has_left && options->left)
        options->left(request, options->arg);
    http_request_unref(request);
}

void http_expire(struct http_server *server, int64_t now_us)
{
    struct http_request *request = NULL;
    while (take_due(server, now_us, &request)) {
        if (request)
            end_waiting(request);
        request = NULL;
    }
}

void http_answer_expired(struct http_request *request, void (*refuse)(struct http_request *request, enum err err))
{
    atomic_fetch_add(&request->owners, 1); /* for the reply to give back; the handler has its own */
    refusing = request;
    refuse(request, ERR_TIMEOUT);
    refusing = NULL;
}

/* --- what handlers ask -------------------------------------------------------------------------------------------- */

const char *http_method(const struct http_request *request)
{
    return request->method;
}

const char *http_path(const struct http_request *request)
{
    return request->path;
}

const char *http_query(const struct http_request *request)
{
    return request->query;
}

const char *http_peer(const struct http_request *request)
{
    return request->peer;
}

int64_t http_started_us(const struct http_request *request)
{
    return request->started_us;
}

const char *http_header(const struct http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

struct listed {
    TALLOC_CTX *ctx;
    const char *name, *text;
};

static http_mhd_result list_field(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct listed *listed = arg;
    (void)kind;
    if (value && strcasecmp(name, listed->name) == 0)
        listed->text = listed->text ? mem_printf(listed->ctx, "%s, %s", listed->text, value)
                                    : mem_text(listed->ctx, value);
    return MHD_YES;
}

const char *http_header_list(TALLOC_CTX *ctx, const struct http_request *request, const char *name)
{
    struct listed listed = {.ctx = ctx, .name = name};
    (void)MHD_get_connection_values(request->connection, MHD_HEADER_KIND, list_field, &listed); /* how many there are */
    return listed.text;
}

const void *http_body(const struct http_request *request, size_t *ret_bytes)
{
    *ret_bytes = request->body.n;
    return request->body.n > 0 ? request->body.items : "";
}

void http_sink(struct http_request *request, http_sink_fn *write, void *sink, uint64_t limit_bytes)
{
    request->sink = write;
    request->sink_arg = sink;
    request->limit = limit_bytes;
}

void http_keep(struct http_request *request, void *found)
{
    request->kept = found;
}

void *http_kept(const struct http_request *request)
{
    return request->kept;
}

bool http_has_body(const struct http_request *request)
{
    const char *length = http_header(request, "Content-Length");
    return (length && strcmp(length, "0") != 0) || http_header(request, "Transfer-Encoding");
}

void http_limit_body(struct http_request *request, uint64_t limit_bytes)
{
    request->limit = limit_bytes;
}

void http_set_correlation(struct http_request *request, const char *correlation_id)
{
    /* at most 64 characters, as the caller checked */
    (void)snprintf(request->correlation, sizeof request->correlation, "%s", correlation_id);
}

const char *http_correlation(const struct http_request *request)
{
    return request->correlation;
}
