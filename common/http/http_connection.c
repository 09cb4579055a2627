/* Who is connected: the peer's address, read once for a connection, and since when it waits. */
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/http/http_internal.h"
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>

static void read_peer(struct http_connection *c, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info ? info->client_addr : NULL;
    socklen_t n = address && address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    bool known = address && address->sa_family != AF_UNIX &&
                 getnameinfo(address, n, c->peer, sizeof c->peer, NULL, 0, NI_NUMERICHOST) == 0;
    if (!known)
        (void)snprintf(c->peer, sizeof c->peer, "unix");
}

static struct http_connection *connection_new(struct http_server *server, struct MHD_Connection *connection)
{
    struct http_connection *c = mem_new(NULL, struct http_connection);
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    c->fd = info ? info->connect_fd : -1;
    atomic_init(&c->waiting_since_us, clock_monotonic_us());
    read_peer(c, connection);
    pthread_mutex_lock(&server->lock);
    LIST_INSERT_HEAD(&server->connections, c, entry);
    pthread_mutex_unlock(&server->lock);
    return c;
}

static void connection_free(struct http_server *server, struct http_connection *c)
{
    pthread_mutex_lock(&server->lock);
    LIST_REMOVE(c, entry);
    pthread_mutex_unlock(&server->lock);
    mem_free(c);
}

void http_connection_changed(void *arg, struct MHD_Connection *connection, void **context,
                             enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        *context = connection_new(arg, connection);
    else if (*context)
        connection_free(arg, *context);
}

struct http_connection *http_connection_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

bool http_is_answered(struct http_server *server)
{
    struct http_connection *c;
    bool answered = true;
    pthread_mutex_lock(&server->lock);
    LIST_FOREACH(c, &server->connections, entry)
    answered = answered && atomic_load_explicit(&c->waiting_since_us, memory_order_relaxed) != 0;
    pthread_mutex_unlock(&server->lock);
    return answered;
}

void http_close_lingering(struct http_server *server, int64_t waiting_before_us)
{
    struct http_connection *c;
    pthread_mutex_lock(&server->lock);
    LIST_FOREACH(c, &server->connections, entry)
    {
        int64_t since_us = atomic_load_explicit(&c->waiting_since_us, memory_order_relaxed);
        if (since_us > 0 && since_us < waiting_before_us)
            (void)shutdown(c->fd, SHUT_RDWR); /* libmicrohttpd sees it and closes */
    }
    pthread_mutex_unlock(&server->lock);
}
