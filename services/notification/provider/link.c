#include "services/notification/provider/link.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "services/notification/provider/public_address.h"
#include "services/notification/provider/resolve.h"
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct link {
    int fd;
    SSL_CTX *tls_context;
    SSL *tls; /* NULL: plain */
};

/* --- addresses ---------------------------------------------------------------------------------------------------- */

static const char *url_part(TALLOC_CTX *ctx, CURLU *url, CURLUPart part, unsigned flags)
{
    char *text = NULL;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK)
        return NULL;
    const char *copy = mem_text(ctx, text);
    curl_free(text);
    return copy;
}

enum err link_address_read(TALLOC_CTX *ctx, const char *text, struct link_address *ret_address)
{
    CURLU *url = curl_url();
    const char *scheme = NULL, *host = NULL, *port = NULL, *own_port = NULL;
    if (url && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK) {
        scheme = url_part(ctx, url, CURLUPART_SCHEME, 0);
        host = url_part(ctx, url, CURLUPART_HOST, 0);
        port = url_part(ctx, url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
        own_port = url_part(ctx, url, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
    }
    curl_url_cleanup(url);
    bool tls = scheme && strcmp(scheme, "https") == 0;
    if (!host || !port || (!tls && strcmp(scheme, "http") != 0))
        return ERR_CONFIG;
    const char *authority = own_port ? mem_printf(ctx, "%s:%s", host, own_port) : host;
    *ret_address = (struct link_address){.host = host, .port = port, .authority = authority, .tls = tls};
    return ERR_OK;
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

/* Until when a step that begins now may take. */
static int64_t step_until_us(int64_t until_us)
{
    int64_t step_us = clock_monotonic_us() + LINK_STEP_MS * INT64_C(1000);
    return step_us < until_us ? step_us : until_us;
}

static bool wait_for(int fd, short events, int64_t until_us)
{
    struct pollfd poll_fd = {.fd = fd, .events = events};
    int64_t left_ms = (until_us - clock_monotonic_us()) / 1000;
    return left_ms > 0 && poll(&poll_fd, 1, (int)left_ms) == 1;
}

static int connect_one(const struct addrinfo *to, int64_t until_us)
{
    int fd = socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, to->ai_protocol);
    int error = 0, on = 1;
    socklen_t n = sizeof error;
    if (fd < 0)
        return -1;
    bool open = connect(fd, to->ai_addr, to->ai_addrlen) == 0;
    if (!open && errno == EINPROGRESS)
        open = wait_for(fd, POLLOUT, until_us) && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) == 0 && error == 0;
    if (!open) {
        close(fd);
        return -1;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* slower without, never wrong */
    return fd;
}

static int connect_any(const struct link_address *address, int64_t until_us)
{
    struct addrinfo *found = NULL;
    int fd = -1, tried = 0;
    if (resolve(address->host, address->port, step_until_us(until_us), &found))
        return -1;
    for (const struct addrinfo *at = found; at && fd < 0 && tried < LINK_ADDRESSES_LIMIT; at = at->ai_next, tried++)
        if (!address->public_only || public_address(at->ai_addr))
            fd = connect_one(at, step_until_us(until_us));
    freeaddrinfo(found);
    return fd;
}

static int close_link(struct link *link)
{
    SSL_free(link->tls);
    SSL_CTX_free(link->tls_context);
    if (link->fd >= 0)
        close(link->fd);
    return 0;
}

static bool speaks_h2(const SSL *tls)
{
    const unsigned char *name = NULL;
    unsigned n = 0;
    SSL_get0_alpn_selected(tls, &name, &n);
    return n == 2 && memcmp(name, "h2", 2) == 0;
}

static enum err handshake(struct link *link, int64_t until_us)
{
    for (;;) {
        int result = SSL_connect(link->tls);
        if (result == 1)
            return speaks_h2(link->tls) ? ERR_OK : ERR_UNAVAILABLE;
        int error = SSL_get_error(link->tls, result);
        short events = error == SSL_ERROR_WANT_READ ? POLLIN : error == SSL_ERROR_WANT_WRITE ? POLLOUT : 0;
        if (!events || !wait_for(link->fd, events, until_us))
            return ERR_UNAVAILABLE;
    }
}

static enum err start_tls(struct link *link, const char *host, int64_t until_us)
{
    static const unsigned char H2[] = {2, 'h', '2'};
    link->tls_context = SSL_CTX_new(TLS_client_method());
    if (!link->tls_context || SSL_CTX_set_default_verify_paths(link->tls_context) != 1 ||
        SSL_CTX_set_min_proto_version(link->tls_context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_alpn_protos(link->tls_context, H2, sizeof H2) != 0)
        return ERR_INTERNAL;
    SSL_CTX_set_verify(link->tls_context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(link->tls_context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    link->tls = SSL_new(link->tls_context);
    if (!link->tls || SSL_set_tlsext_host_name(link->tls, host) != 1 || SSL_set1_host(link->tls, host) != 1 ||
        SSL_set_fd(link->tls, link->fd) != 1)
        return ERR_INTERNAL;
    return handshake(link, step_until_us(until_us));
}

enum err link_open(TALLOC_CTX *ctx, const struct link_address *address, int64_t until_us, struct link **ret_link)
{
    struct link *link = mem_new(ctx, struct link);
    talloc_set_destructor(link, close_link);
    link->fd = connect_any(address, until_us);
    enum err err = link->fd < 0 ? ERR_UNAVAILABLE : ERR_OK;
    if (!err && address->tls)
        err = start_tls(link, address->host, until_us);
    if (err)
        mem_free(link);
    else
        *ret_link = link;
    return err;
}

int link_fd(const struct link *link)
{
    return link->fd;
}

/* --- bytes -------------------------------------------------------------------------------------------------------- */

static ssize_t tls_moved(SSL *tls, int result)
{
    if (result > 0)
        return result;
    int error = SSL_get_error(tls, result);
    ERR_clear_error();
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? LINK_AGAIN : LINK_CLOSED;
}

static ssize_t moved(ssize_t result)
{
    if (result > 0)
        return result;
    return result < 0 && (errno == EAGAIN || errno == EINTR) ? LINK_AGAIN : LINK_CLOSED;
}

ssize_t link_read(struct link *link, void *bytes, size_t n)
{
    if (link->tls)
        return tls_moved(link->tls, SSL_read(link->tls, bytes, (int)n));
    return moved(recv(link->fd, bytes, n, 0));
}

ssize_t link_write(struct link *link, const void *bytes, size_t n)
{
    if (link->tls)
        return tls_moved(link->tls, SSL_write(link->tls, bytes, (int)n));
    return moved(send(link->fd, bytes, n, MSG_NOSIGNAL));
}
