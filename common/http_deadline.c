/* Time: suspended requests that nobody answers, and connections that drip a request header or linger. libmicrohttpd measures
 * inactivity only, and a suspended connection not at all. */
#include "common/clock.h"
#include "common/http_internal.h"
#include <sys/socket.h>
#include <time.h>

enum { LOOK_EVERY_MS = 50 };

void http_deadline_add(struct http_request *request) {
    struct http_server *server = request->server;
    pthread_mutex_lock(&server->lock);
    request->previous = server->suspended_end;
    request->next = NULL;
    *server->suspended_end = request;
    server->suspended_end = &request->next;
    pthread_mutex_unlock(&server->lock);
}

static void unlink_request(struct http_server *server, struct http_request *request) {
    if (!request->previous)
        return;
    *request->previous = request->next;
    if (request->next)
        request->next->previous = request->previous;
    else
        server->suspended_end = request->previous;
    request->previous = NULL;
}

void http_deadline_remove(struct http_request *request) {
    pthread_mutex_lock(&request->server->lock);
    unlink_request(request->server, request);
    pthread_mutex_unlock(&request->server->lock);
}

/* The oldest suspended request that is due, with an owner of ours; NULL: none. */
static struct http_request *take_due(struct http_server *server, int64_t started_before_us) {
    pthread_mutex_lock(&server->lock);
    struct http_request *request = server->suspended;
    if (request && request->started_us > started_before_us)
        request = NULL;
    if (request) {
        atomic_fetch_add(&request->owners, 1);
        unlink_request(server, request);
    }
    pthread_mutex_unlock(&server->lock);
    return request;
}

static void expire(struct http_server *server, int64_t started_before_us) {
    struct http_request *request;
    while ((request = take_due(server, started_before_us)))
        http_refuse(request, ERR_TIMEOUT); /* gives back the owner that take_due took */
}

void http_expire_all(struct http_server *server) {
    expire(server, INT64_MAX);
}

/* A header may take as long as a connection may idle, and a request's time: a dripping client gets no more. */
static void close_lingering(struct http_server *server) {
    int64_t before_us = clock_monotonic_us() - (server->options.idle_s * INT64_C(1000) + server->options.deadline_ms) * 1000;
    pthread_mutex_lock(&server->lock);
    for (struct http_connection *c = server->connections; c; c = c->next)
        if (c->waiting_since_us > 0 && c->waiting_since_us < before_us)
            (void)shutdown(c->fd, SHUT_RDWR); /* libmicrohttpd sees it and closes */
    pthread_mutex_unlock(&server->lock);
}

void *http_clock_thread(void *arg) {
    struct http_server *server = arg;
    const struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
    while (!atomic_load(&server->stopping)) {
        nanosleep(&pause, NULL); /* the clock's tick */
        expire(server, clock_monotonic_us() - server->options.deadline_ms * INT64_C(1000));
        close_lingering(server);
    }
    return NULL;
}
