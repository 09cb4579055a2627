/* Time: suspended requests that nobody answers, and connections that drip a request header or linger. libmicrohttpd
 * measures inactivity only, and a suspended connection not at all. */
#include "common/base/clock.h"
#include "common/http/http_internal.h"

enum { LOOK_EVERY_MS = 50 };

/* Nearly always at the end: only a request whose body took its time is older than those suspended before it. */
void http_deadline_add(struct http_request *request)
{
    struct http_server *server = request->server;
    pthread_mutex_lock(&server->lock);
    struct http_request *before = TAILQ_LAST(&server->suspended, http_requests);
    while (before && before->started_us > request->started_us)
        before = TAILQ_PREV(before, http_requests, entry);
    if (before)
        TAILQ_INSERT_AFTER(&server->suspended, before, request, entry);
    else
        TAILQ_INSERT_HEAD(&server->suspended, request, entry);
    request->listed = true;
    pthread_mutex_unlock(&server->lock);
}

static void unlist(struct http_request *request)
{
    if (request->listed)
        TAILQ_REMOVE(&request->server->suspended, request, entry);
    request->listed = false;
}

void http_deadline_remove(struct http_request *request)
{
    pthread_mutex_lock(&request->server->lock);
    unlist(request);
    pthread_mutex_unlock(&request->server->lock);
}

/* Unlists the oldest that is due. *ret_request stays NULL if its handler replies in this moment: whoever replies takes
 * the lock before it resumes, so a request on the list is there. False: none is due. */
static bool take_due(struct http_server *server, int64_t started_before_us, struct http_request **ret_request)
{
    pthread_mutex_lock(&server->lock);
    struct http_request *request = TAILQ_FIRST(&server->suspended);
    bool due = request && request->started_us < started_before_us;
    if (due) {
        unlist(request);
        if (!atomic_flag_test_and_set(&request->replied))
            *ret_request = request;
    }
    pthread_mutex_unlock(&server->lock);
    return due;
}

/* The connection's own thread refuses it: it may read the headers. */
static void expire(struct http_server *server, int64_t started_before_us)
{
    struct http_request *request = NULL;
    while (take_due(server, started_before_us, &request)) {
        if (request && atomic_exchange(&request->state, HTTP_EXPIRED) == HTTP_SUSPENDED)
            http_resume(server, request->connection);
        request = NULL;
    }
}

void http_expire_all(struct http_server *server)
{
    expire(server, INT64_MAX);
}

/* A header may take as long as a connection may idle, and a request's time: a dripping client gets no more. */
static int64_t lingering_us(const struct http_server *server)
{
    return (server->options.idle_s * INT64_C(1000) + server->options.deadline_ms) * 1000;
}

void *http_clock_thread(void *arg)
{
    struct http_server *server = arg;
    while (!atomic_load(&server->stopping)) {
        pause_ms(LOOK_EVERY_MS); /* the clock's tick */
        expire(server, clock_monotonic_us() - server->options.deadline_ms * INT64_C(1000));
        http_close_lingering(server, clock_monotonic_us() - lingering_us(server));
    }
    return NULL;
}
