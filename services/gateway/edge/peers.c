#include "services/gateway/edge/peers.h"

#include "common/base/array.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/http/http_server.h"
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ADDRESS_BYTES = 16, V4_AT = 12, V4_BITS = 32, ALL_BITS = 128, TEXT_MOST = 64 };

/* IPv4 as ::ffff:0:0/96, so that there is one kind. */
struct address {
    uint8_t bytes[ADDRESS_BYTES];
};

struct network {
    struct address address;
    unsigned bits;
};

struct peers {
    const char *field;
    bool is_forwarded; /* RFC 7239's field */
    ARRAY(struct network) trusted;
};

static const uint8_t V4_PREFIX[V4_AT] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool read_address(const char *text, struct address *ret_address, bool *ret_is_v4)
{
    struct address address;
    memcpy(address.bytes, V4_PREFIX, sizeof V4_PREFIX);
    *ret_is_v4 = inet_pton(AF_INET, text, address.bytes + V4_AT) == 1;
    if (!*ret_is_v4 && inet_pton(AF_INET6, text, address.bytes) != 1)
        return false;
    *ret_address = address;
    return true;
}

/* Text without what stands around it: spaces, and the marks of `around`. */
static char *trimmed(TALLOC_CTX *ctx, const char *text, size_t n, const char *around)
{
    while (n > 0 && strchr(around, text[0]))
        text++, n--;
    while (n > 0 && strchr(around, text[n - 1]))
        n--;
    return mem_textn(ctx, text, n);
}

/* --- who is trusted --- */

static bool read_network(TALLOC_CTX *ctx, const char *text, size_t n, struct network *ret_network)
{
    char *word = trimmed(ctx, text, n, " \t"), *slash = strchr(word, '/'), *end = NULL;
    bool is_v4;
    if (slash)
        *slash = '\0';
    if (!read_address(word, &ret_network->address, &is_v4))
        return false;
    unsigned most = is_v4 ? V4_BITS : ALL_BITS;
    unsigned long bits = slash ? strtoul(slash + 1, &end, 10) : most;
    if (slash && (end == slash + 1 || *end != '\0' || slash[1] == '-' || bits > most))
        return false;
    ret_network->bits = (unsigned)bits + (is_v4 ? ALL_BITS - V4_BITS : 0);
    return true;
}

static bool is_in(const struct address *address, const struct network *network)
{
    unsigned whole = network->bits / 8, rest = network->bits % 8;
    if (memcmp(address->bytes, network->address.bytes, whole) != 0)
        return false;
    return rest == 0 || (address->bytes[whole] ^ network->address.bytes[whole]) >> (8 - rest) == 0;
}

bool peers_trusts(const struct peers *peers, const char *text)
{
    struct address address;
    bool is_v4;
    if (!read_address(text, &address, &is_v4))
        return false; /* "unix" */
    for (size_t i = 0; i < peers->trusted.n; i++)
        if (is_in(&address, &peers->trusted.items[i]))
            return true;
    return false;
}

static enum err read_trusted(struct peers *peers, const char *list)
{
    while (*list) {
        struct network network;
        size_t n = strcspn(list, ",");
        if (!read_network(peers, list, n, &network)) {
            log_error("trusted_proxies", "detail=\"no address or network: %.*s\"", (int)n, list);
            return ERR_CONFIG;
        }
        array_add(peers, &peers->trusted, network);
        list += n + (list[n] == ',');
    }
    return ERR_OK;
}

enum err peers_new(TALLOC_CTX *ctx, const char *trusted, const char *field, struct peers **ret_peers)
{
    struct peers *peers = mem_new(ctx, struct peers);
    peers->field = mem_text(peers, field);
    peers->is_forwarded = strcasecmp(field, "Forwarded") == 0;
    if (!peers->is_forwarded && strcasecmp(field, "X-Forwarded-For") != 0) {
        log_error("proxy_field", "detail=\"neither X-Forwarded-For nor Forwarded: %s\"", field);
        return ERR_CONFIG;
    }
    enum err err = read_trusted(peers, trusted);
    if (!err)
        *ret_peers = peers;
    return err;
}

/* --- what they say --- */

/* The value of "for" among the pairs of an element of Forwarded: for="[2001:db8::1]:80";proto=https. */
static const char *for_of(const char *element, size_t *n)
{
    const char *end = element + *n;
    while (element < end) {
        element += strspn(element, " \t;");
        size_t pair = strcspn(element, ";,");
        if (element + pair > end)
            break;
        if (pair > 4 && strncasecmp(element, "for=", 4) == 0) {
            *n = pair - 4;
            return element + 4;
        }
        element += pair + 1;
    }
    *n = 0;
    return "";
}

/* "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]:80", "2001:db8::1", each perhaps in quotes, as its address alone. NULL:
 * it is none, as "unknown" and "_hidden" are not. */
static const char *address_of(TALLOC_CTX *ctx, const char *text, size_t n)
{
    char *word = trimmed(ctx, text, n, " \t\""), *colon = strchr(word, ':');
    struct address address;
    bool is_v4;
    if (word[0] == '[') {
        word++;
        word[strcspn(word, "]")] = '\0';
    } else if (colon && !strchr(colon + 1, ':')) {
        *colon = '\0';
    }
    return strlen(word) < TEXT_MOST && read_address(word, &address, &is_v4) ? word : NULL;
}

/* Where the last element of the list begins, before `end`. */
static const char *last_element(const char *list, const char *end)
{
    while (end > list && end[-1] != ',')
        end--;
    return end;
}

const char *peers_first_untrusted(TALLOC_CTX *ctx, const struct peers *peers, const char *nearest, const char *list)
{
    const char *end = list + strlen(list), *client = nearest;
    while (end > list && peers_trusts(peers, client)) {
        const char *element = last_element(list, end);
        size_t n = (size_t)(end - element);
        const char *said = peers->is_forwarded ? for_of(element, &n) : element;
        const char *further = address_of(ctx, said, n);
        if (!further)
            break; /* who it was is not said: the proxy answers for him */
        client = further;
        end = element > list ? element - 1 : list;
    }
    return client;
}

const char *peers_client(TALLOC_CTX *ctx, const struct peers *peers, const struct http_request *http)
{
    const char *nearest = http_peer(http);
    if (peers->trusted.n == 0 || !peers_trusts(peers, nearest))
        return nearest;
    const char *list = http_header_list(ctx, http, peers->field);
    return list ? peers_first_untrusted(ctx, peers, nearest, list) : nearest;
}
