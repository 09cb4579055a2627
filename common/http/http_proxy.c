#include "common/http/http_proxy.h"

#include <netinet/in.h>
#include <string.h>

enum { SIGNATURE_BYTES = 12, COMMAND_AT = 12, FAMILY_AT = 13, LENGTH_AT = 14 };
enum { LOCAL = 0x20, PROXY = 0x21, TCP4 = 0x11, TCP6 = 0x21 };
static const uint8_t SIGNATURE[SIGNATURE_BYTES] = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

/* As they stand in the header: the client's, the proxy's, their ports. */
struct tcp4 {
    uint8_t from[4], to[4], from_port[2], to_port[2];
};
struct tcp6 {
    uint8_t from[16], to[16], from_port[2], to_port[2];
};

size_t http_proxy_bytes(const uint8_t head[HTTP_PROXY_HEAD_BYTES])
{
    size_t n = HTTP_PROXY_HEAD_BYTES + (size_t)(head[LENGTH_AT] << 8 | head[LENGTH_AT + 1]);
    bool is_one = memcmp(head, SIGNATURE, SIGNATURE_BYTES) == 0 &&
                  (head[COMMAND_AT] == LOCAL || head[COMMAND_AT] == PROXY);
    return is_one && n <= HTTP_PROXY_MOST_BYTES ? n : 0;
}

static socklen_t read_tcp4(const uint8_t *at, struct sockaddr_storage *ret_address)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    struct tcp4 said;
    memcpy(&said, at, sizeof said);
    memcpy(&address.sin_addr, said.from, sizeof said.from);
    memcpy(&address.sin_port, said.from_port, sizeof said.from_port);
    memcpy(ret_address, &address, sizeof address);
    return sizeof address;
}

/* One of IPv4 in the dress of IPv6 is the same client's. */
static bool is_mapped(const struct tcp6 *said)
{
    static const uint8_t MAPPED[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(said->from, MAPPED, sizeof MAPPED) == 0;
}

static socklen_t read_tcp6(const uint8_t *at, struct sockaddr_storage *ret_address)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6};
    struct tcp6 said;
    memcpy(&said, at, sizeof said);
    if (is_mapped(&said)) {
        struct tcp4 plain = {0};
        memcpy(plain.from, said.from + 12, sizeof plain.from);
        memcpy(plain.from_port, said.from_port, sizeof plain.from_port);
        return read_tcp4((const uint8_t *)&plain, ret_address);
    }
    memcpy(&address.sin6_addr, said.from, sizeof said.from);
    memcpy(&address.sin6_port, said.from_port, sizeof said.from_port);
    memcpy(ret_address, &address, sizeof address);
    return sizeof address;
}

bool http_proxy_read(const uint8_t *header, size_t n, struct sockaddr_storage *ret_address, socklen_t *ret_bytes)
{
    if (n < HTTP_PROXY_HEAD_BYTES || http_proxy_bytes(header) != n)
        return false;
    size_t said = n - HTTP_PROXY_HEAD_BYTES;
    const uint8_t *at = header + HTTP_PROXY_HEAD_BYTES;
    *ret_bytes = 0;
    if (header[COMMAND_AT] == LOCAL)
        return true;
    if (header[FAMILY_AT] == TCP4 && said >= sizeof(struct tcp4))
        *ret_bytes = read_tcp4(at, ret_address);
    else if (header[FAMILY_AT] == TCP6 && said >= sizeof(struct tcp6))
        *ret_bytes = read_tcp6(at, ret_address);
    return *ret_bytes > 0;
}
