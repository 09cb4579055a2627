/* Connections that begin with a proxy's header: they are accepted here, and given to libmicrohttpd when that has been
 * read, under the address of whom the proxy speaks for. So limits of addresses, of connections and of rates are those
 * of clients. Whoever may not speak for others is closed at once. */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/http/http_internal.h"
#include "common/http/http_proxy.h"
#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { WAITING_MOST = 1024, EVENTS = 64, A_TURN = 64, LOOK_MS = 100, NO_DESCRIPTOR_MS = 10 };
#define HEADER_WITHIN_US (5 * CLOCK_SECOND_US)
#define SAY_EVERY_US (60 * CLOCK_SECOND_US)

/* One whose header is not whole yet. */
struct proxied {
    TAILQ_ENTRY(proxied) entry;
    int fd;
    int64_t due_us;
    struct sockaddr_storage proxy;
    socklen_t proxy_bytes;
    size_t n, wanted;
    uint8_t header[HTTP_PROXY_MOST_BYTES];
};

struct http_proxied {
    struct http_server *server;
    int fd, epoll;
    const char *unix_path;
    pthread_t thread;
    atomic_bool stopping;
    TAILQ_HEAD(, proxied) waiting; /* all wait equally long: the first is due first */
    size_t n;
    int64_t said_us; /* when a refusal was logged last; 0: never */
};

static void forget(struct http_proxied *all, struct proxied *one)
{
    (void)epoll_ctl(all->epoll, EPOLL_CTL_DEL, one->fd, NULL); /* it is there */
    TAILQ_REMOVE(&all->waiting, one, entry);
    all->n--;
    mem_free(one);
}

static void hang_up(struct http_proxied *all, struct proxied *one)
{
    int fd = one->fd;
    forget(all, one);
    (void)close(fd); /* nothing was written to it */
}

/* libmicrohttpd closes it where it has no room. */
static void hand_over(struct http_proxied *all, struct proxied *one)
{
    struct sockaddr_storage address;
    socklen_t bytes;
    int fd = one->fd;
    if (!http_proxy_read(one->header, one->n, &address, &bytes)) {
        hang_up(all, one);
        return;
    }
    if (bytes == 0) {
        address = one->proxy;
        bytes = one->proxy_bytes;
    }
    forget(all, one);
    (void)MHD_add_connection(all->server->daemon, fd, (const struct sockaddr *)&address, bytes);
}

/* No byte behind the header is taken. False: more is to come, or it is gone. */
static bool read_header(struct http_proxied *all, struct proxied *one)
{
    ssize_t got = recv(one->fd, one->header + one->n, one->wanted - one->n, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (got <= 0) {
        hang_up(all, one);
        return false;
    }
    one->n += (size_t)got;
    if (one->n == HTTP_PROXY_HEAD_BYTES && one->wanted == HTTP_PROXY_HEAD_BYTES)
        one->wanted = http_proxy_bytes(one->header);
    if (one->wanted == 0) {
        hang_up(all, one);
        return false;
    }
    return one->n == one->wanted;
}

static void on_ready(struct http_proxied *all, struct proxied *one)
{
    if (read_header(all, one))
        hand_over(all, one);
}

static void wait_for(struct http_proxied *all, int fd, const struct sockaddr_storage *proxy, socklen_t bytes)
{
    struct proxied *one = mem_new(NULL, struct proxied);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
    one->fd = fd;
    one->due_us = clock_monotonic_us() + HEADER_WITHIN_US;
    one->proxy = *proxy;
    one->proxy_bytes = bytes;
    one->wanted = HTTP_PROXY_HEAD_BYTES;
    TAILQ_INSERT_TAIL(&all->waiting, one, entry);
    all->n++;
    if (epoll_ctl(all->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        hang_up(all, one);
}

/* An operator looks for it who has forgotten an address of his proxies'. */
static void say(struct http_proxied *all, const char *peer, const char *why)
{
    int64_t now_us = clock_monotonic_us();
    if (all->said_us > 0 && now_us - all->said_us < SAY_EVERY_US)
        return;
    all->said_us = now_us;
    log_warn("proxied_refused", "address=%s detail=\"%s\"", peer, why);
}

static void accept_one(struct http_proxied *all, int fd, const struct sockaddr_storage *proxy, socklen_t bytes)
{
    const struct http_options *options = &all->server->options;
    char peer[HTTP_PEER_BYTES];
    http_address_text((const struct sockaddr *)proxy, peer);
    bool may = options->may_proxy(peer, options->arg);
    if (may && all->n < WAITING_MOST) {
        wait_for(all, fd, proxy, bytes);
        return;
    }
    say(all, peer, may ? "too many have not said yet for whom they ask" : "it may not speak for others");
    (void)close(fd); /* nothing was written to it */
}

/* So many a turn: those that wait for their header, and who stops us, have theirs. */
static void accept_some(struct http_proxied *all)
{
    for (int i = 0; i < A_TURN; i++) {
        struct sockaddr_storage proxy = {0};
        socklen_t bytes = sizeof proxy;
        int fd = accept4(all->fd, (struct sockaddr *)&proxy, &bytes, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0 && (errno == EMFILE || errno == ENFILE))
            pause_ms(NO_DESCRIPTOR_MS); /* it stays ready: not to turn in circles */
        if (fd < 0)
            return;
        accept_one(all, fd, &proxy, bytes);
    }
}

static void hang_up_due(struct http_proxied *all, int64_t now_us)
{
    for (struct proxied *one; (one = TAILQ_FIRST(&all->waiting)) && one->due_us <= now_us;)
        hang_up(all, one);
}

static void *run(void *arg)
{
    struct http_proxied *all = arg;
    struct epoll_event events[EVENTS];
    while (!atomic_load(&all->stopping)) {
        int n = epoll_wait(all->epoll, events, EVENTS, LOOK_MS);
        for (int i = 0; i < n; i++) {
            if (events[i].data.ptr)
                on_ready(all, events[i].data.ptr);
            else
                accept_some(all);
        }
        hang_up_due(all, clock_monotonic_us());
    }
    hang_up_due(all, INT64_MAX);
    return NULL;
}

static void close_listening(struct http_proxied *all)
{
    (void)close(all->fd); /* only listened */
    if (all->epoll >= 0)
        (void)close(all->epoll); /* only waited */
    if (all->unix_path)
        (void)unlink(all->unix_path); /* gone is as good */
}

enum err http_proxied_start(struct http_server *server)
{
    struct http_proxied *all = mem_new(server, struct http_proxied);
    struct epoll_event event = {.events = EPOLLIN};
    all->server = server;
    TAILQ_INIT(&all->waiting);
    enum err err = http_listen(server->options.proxied, &all->fd, &all->unix_path);
    if (err)
        return err;
    all->unix_path = mem_text(all, all->unix_path);
    all->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (all->epoll < 0 || epoll_ctl(all->epoll, EPOLL_CTL_ADD, all->fd, &event) != 0 ||
        pthread_create(&all->thread, NULL, run, all) != 0) {
        close_listening(all);
        return ERR_INTERNAL;
    }
    server->proxied = all;
    return ERR_OK;
}

void http_proxied_stop(struct http_proxied *all)
{
    atomic_store(&all->stopping, true);
    (void)pthread_join(all->thread, NULL); /* ours, joined once */
    close_listening(all);
}
