#include "services/notification/provider/public_address.h"

#include "common/base/array.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

struct network {
    uint8_t start[16];
    unsigned bits;
};

static const struct network NOT_PUBLIC_4[] = {
    {{0}, 8},             /* this network */
    {{10}, 8},            /* private */
    {{100, 64}, 10},      /* shared by carriers */
    {{127}, 8},           /* loopback */
    {{169, 254}, 16},     /* link-local; where clouds tell secrets */
    {{172, 16}, 12},      /* private */
    {{192, 0, 0}, 24},    /* protocol assignments */
    {{192, 0, 2}, 24},    /* documentation */
    {{192, 88, 99}, 24},  /* 6to4 relays */
    {{192, 168}, 16},     /* private */
    {{198, 18}, 15},      /* benchmarks */
    {{198, 51, 100}, 24}, /* documentation */
    {{203, 0, 113}, 24},  /* documentation */
    {{224}, 3},           /* multicast, reserved, broadcast */
};

static const struct network PUBLIC_6 = {{0x20}, 3}; /* global unicast; loopback, private, mapped ones lie outside */
static const struct network NOT_PUBLIC_6[] = {
    {{0x20, 0x01}, 23},             /* protocol assignments, with Teredo */
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation */
    {{0x20, 0x02}, 16},             /* 6to4 */
    {{0x3f, 0xff}, 20},             /* documentation */
};

static bool is_in(const struct network *network, const uint8_t *bytes)
{
    size_t whole = network->bits / 8;
    unsigned rest = network->bits % 8;
    if (memcmp(network->start, bytes, whole) != 0)
        return false;
    return rest == 0 || (network->start[whole] ^ bytes[whole]) >> (8 - rest) == 0;
}

static bool is_in_any(const struct network networks[], size_t n, const uint8_t *bytes)
{
    for (size_t i = 0; i < n; i++)
        if (is_in(&networks[i], bytes))
            return true;
    return false;
}

bool public_address(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)address;
        return !is_in_any(NOT_PUBLIC_4, ARRAY_LENGTH(NOT_PUBLIC_4), (const uint8_t *)&four->sin_addr);
    }
    if (address->sa_family != AF_INET6)
        return false;
    const uint8_t *six = ((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr;
    return is_in(&PUBLIC_6, six) && !is_in_any(NOT_PUBLIC_6, ARRAY_LENGTH(NOT_PUBLIC_6), six);
}
