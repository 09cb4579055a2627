/* A request that a proxy in front and this server could read as two different ones (RFC 9112, 11.2), or that names two
 * people, is nobody's: it is refused. libmicrohttpd takes the first field of a name and passes over the rest. */
#include "common/http/http_internal.h"
#include <string.h>
#include <strings.h>

struct found {
    unsigned lengths, codings, hosts, authorizations;
    bool is_odd;
};

/* RFC 9110, 5.6.2. */
static bool is_token(const char *name, size_t n)
{
    static const char OF_TOKENS[] = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    return n > 0 && strspn(name, OF_TOKENS) == n;
}

static unsigned is_named(const char *name, size_t n, const char *wanted, size_t wanted_bytes)
{
    return n == wanted_bytes && strncasecmp(name, wanted, n) == 0;
}
#define IS_NAMED(name, n, wanted) is_named((name), (n), (wanted), sizeof(wanted) - 1)

static http_mhd_result look_at(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_bytes,
                               const char *value, size_t value_bytes)
{
    struct found *found = arg;
    (void)kind;
    found->lengths += IS_NAMED(name, name_bytes, "Content-Length");
    found->codings += IS_NAMED(name, name_bytes, "Transfer-Encoding");
    found->hosts += IS_NAMED(name, name_bytes, "Host");
    found->authorizations += IS_NAMED(name, name_bytes, "Authorization");
    found->is_odd |= !is_token(name, name_bytes) || (value && memchr(value, '\0', value_bytes));
    return MHD_YES;
}

/* "chunked" alone: libmicrohttpd reads any other coding as a body up to the connection's end. */
static bool has_odd_coding(const struct http_request *request)
{
    const char *coding = http_header(request, "Transfer-Encoding");
    return coding && strcasecmp(coding, "chunked") != 0;
}

bool http_is_ambiguous(const struct http_request *request)
{
    struct found found = {0};
    (void)MHD_get_connection_values_n(request->connection, MHD_HEADER_KIND, look_at, &found); /* how many there are */
    return found.is_odd || found.lengths + found.codings > 1 || found.hosts != 1 || found.authorizations > 1 ||
           strchr(request->path, ' ') || strchr(request->query, ' ') || has_odd_coding(request);
}
