/* A listening socket from "host:port", "[::1]:port" or "unix:/path" (mode 0600; a stale one is replaced). */
#include "common/base/log.h"
#include "common/http/http_internal.h"
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

static enum err fail(int fd, const char *address)
{
    log_error("listen_failed", "address=%s reason=\"%s\"", address, strerror(errno));
    if (fd >= 0)
        (void)close(fd); /* nothing was written to it */
    return ERR_CONFIG;
}

static enum err listen_unix(const char *path, int *ret_fd)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof at.sun_path) {
        errno = ENAMETOOLONG;
        return fail(-1, path);
    }
    memcpy(at.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    (void)unlink(path); /* absent is as good */
    /* Its folder says which group that is. */
    mode_t before = umask(0117);
    int bound = fd < 0 ? -1 : bind(fd, (const struct sockaddr *)&at, sizeof at);
    umask(before);
    if (bound != 0 || listen(fd, BACKLOG) != 0)
        return fail(fd, path);
    *ret_fd = fd;
    return ERR_OK;
}

static bool split(const char *address, char host[256], char port[16])
{
    const char *colon = strrchr(address, ':');
    bool bracketed = address[0] == '[' && colon && colon > address && colon[-1] == ']';
    if (!colon)
        return false;
    const char *start = bracketed ? address + 1 : address;
    size_t n = (size_t)(colon - start) - (bracketed ? 1 : 0);
    if (n >= 256 || strlen(colon + 1) >= 16)
        return false;
    memcpy(host, start, n);
    host[n] = '\0';
    memcpy(port, colon + 1, strlen(colon + 1) + 1);
    return true;
}

static enum err listen_tcp(const char *address, int *ret_fd)
{
    char host[256], port[16];
    const struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    const int on = 1;
    errno = EINVAL;
    if (!split(address, host, port) || getaddrinfo(host, port, &hints, &found) != 0)
        return fail(-1, address);
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
              bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
    freeaddrinfo(found);
    if (!ok)
        return fail(fd, address);
    *ret_fd = fd;
    return ERR_OK;
}

enum err http_listen(const char *address, int *ret_fd, const char **ret_unix_path)
{
    static const char prefix[] = "unix:";
    bool is_unix = strncmp(address, prefix, sizeof prefix - 1) == 0;
    *ret_unix_path = is_unix ? address + sizeof prefix - 1 : NULL;
    return is_unix ? listen_unix(*ret_unix_path, ret_fd) : listen_tcp(address, ret_fd);
}
