/* Who is connected: the peer's address, read once for a connection, since when it waits, and who gives way. */
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/http/http_internal.h"
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* An eighth stays free: libmicrohttpd's threads have a share of the connections each, and are not filled alike. */
enum { SPARE_SHARE = 8 };
enum { LOOKED_AT_ONCE = 256, PATIENT_SHARES = 1000 / HTTP_LOOK_EVERY_MS };

void http_address_text(const struct sockaddr *address, char text[HTTP_PEER_BYTES])
{
    socklen_t n = address && address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    bool known = address && address->sa_family != AF_UNIX &&
                 getnameinfo(address, n, text, HTTP_PEER_BYTES, NULL, 0, NI_NUMERICHOST) == 0;
    if (!known)
        (void)snprintf(text, HTTP_PEER_BYTES, "unix");
}

static void read_peer(struct http_connection *c, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    http_address_text(info ? info->client_addr : NULL, c->peer);
}

/* Under the lock. */
static struct http_address *address_of(struct http_server *server, const char *peer)
{
    struct http_address *address;
    HASH_FIND_STR(server->addresses, peer, address);
    if (address)
        return address;
    address = mem_new(NULL, struct http_address);
    memcpy(address->peer, peer, sizeof address->peer);
    HASH_ADD_STR(server->addresses, peer, address);
    return address;
}

static int64_t waiting_since_us(struct http_connection *c)
{
    return atomic_load_explicit(&c->waiting_since_us, memory_order_relaxed);
}

/* Of the address that has the most; of those the one that waits longest. */
static bool gives_way_before(struct http_connection *c, struct http_connection *other)
{
    if (!other || c->address->n != other->address->n)
        return !other || c->address->n > other->address->n;
    return waiting_since_us(c) < waiting_since_us(other);
}

/* libmicrohttpd would take no more connections at all, whoever asks for one. Under the lock. */
static void make_room(struct http_server *server, const struct http_connection *newest)
{
    struct http_connection *c, *first = NULL;
    LIST_FOREACH(c, &server->connections, entry)
    {
        bool is_idle = waiting_since_us(c) != 0 && !c->is_closing;
        if (c != newest && is_idle && gives_way_before(c, first))
            first = c;
    }
    if (!first)
        return;
    first->is_closing = true;
    (void)shutdown(first->fd, SHUT_RDWR); /* libmicrohttpd sees it and closes */
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
    c->address = address_of(server, c->peer);
    c->address->n++;
    if (++server->n_connections > server->options.connections - server->options.connections / SPARE_SHARE)
        make_room(server, c);
    pthread_mutex_unlock(&server->lock);
    return c;
}

static void connection_free(struct http_server *server, struct http_connection *c)
{
    pthread_mutex_lock(&server->lock);
    LIST_REMOVE(c, entry);
    server->n_connections--;
    if (--c->address->n == 0) {
        HASH_DEL(server->addresses, c->address);
        mem_free(c->address);
    }
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

static bool lingers(struct http_connection *c, int64_t now_us, int64_t waiting_before_us)
{
    int64_t since_us = waiting_since_us(c);
    int64_t sent_before_us = atomic_load_explicit(&c->sent_before_us, memory_order_relaxed);
    return (since_us > 0 && since_us < waiting_before_us) || (sent_before_us > 0 && sent_before_us < now_us);
}

void http_close_lingering(struct http_server *server, int64_t now_us, int64_t waiting_before_us)
{
    struct http_connection *c;
    pthread_mutex_lock(&server->lock);
    LIST_FOREACH(c, &server->connections, entry)
    {
        if (lingers(c, now_us, waiting_before_us))
            (void)shutdown(c->fd, SHUT_RDWR); /* libmicrohttpd sees it and closes */
    }
    pthread_mutex_unlock(&server->lock);
}

/* --- who leaves --------------------------------------------------------------------------------------------------- */

/* Sockets that are asked in one call. */
struct looked {
    struct pollfd sockets[LOOKED_AT_ONCE];
    struct http_connection *of[LOOKED_AT_ONCE];
    nfds_t n;
};

/* Under the lock: so long none of them is closed. */
static void look(struct looked *looked)
{
    int found = looked->n > 0 ? poll(looked->sockets, looked->n, 0) : 0;
    for (nfds_t i = 0; found > 0 && i < looked->n; i++)
        if (looked->sockets[i].revents)
            looked->of[i]->on_left(looked->of[i]->on_left_arg);
    looked->n = 0;
}

static bool is_asked_now(const struct http_connection *c, unsigned tick)
{
    return c->on_left && (!c->is_patient || (unsigned)c->fd % PATIENT_SHARES == tick % PATIENT_SHARES);
}

void http_find_left(struct http_server *server, unsigned tick)
{
    struct looked looked;
    struct http_connection *c;
    looked.n = 0;
    pthread_mutex_lock(&server->lock);
    LIST_FOREACH(c, &server->connections, entry)
    {
        if (!is_asked_now(c, tick))
            continue;
        looked.sockets[looked.n] = (struct pollfd){.fd = c->fd, .events = POLLRDHUP};
        looked.of[looked.n++] = c;
        if (looked.n == LOOKED_AT_ONCE)
            look(&looked);
    }
    look(&looked);
    pthread_mutex_unlock(&server->lock);
}
