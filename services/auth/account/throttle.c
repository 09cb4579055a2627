#include "services/auth/account/throttle.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define THROTTLE_FORGET_US CLOCK_HOUR_US

static const struct {
    int free; /* attempts without any delay */
    int64_t longest_us;
} THROTTLES[THROTTLE_COUNT] = {
    [THROTTLE_EXACT] = {5, 15 * CLOCK_MINUTE_US},
    [THROTTLE_ACCOUNT] = {20, CLOCK_MINUTE_US},
    [THROTTLE_PEER] = {300, CLOCK_MINUTE_US}, /* a mobile operator hides thousands behind one address */
};

int64_t throttle_wait_us(enum throttle kind, int attempts, int64_t last_at_us, int64_t now_us)
{
    int over = attempts - THROTTLES[kind].free;
    if (over < 0 || now_us - last_at_us >= THROTTLE_FORGET_US)
        return 0;
    int64_t delay_us = over >= 20 ? THROTTLES[kind].longest_us : CLOCK_SECOND_US << over;
    if (delay_us > THROTTLES[kind].longest_us)
        delay_us = THROTTLES[kind].longest_us;
    int64_t left_us = last_at_us + delay_us - now_us;
    return left_us > 0 ? left_us : 0;
}

int64_t throttle_longest_wait_us(const struct throttle_attempts *attempts, bool known_device, int64_t now_us)
{
    int64_t longest_us = 0;
    for (enum throttle kind = 0; kind < THROTTLE_COUNT; kind++) {
        if (kind != THROTTLE_EXACT && known_device)
            continue;
        int64_t wait_us = throttle_wait_us(kind, attempts->attempts[kind], attempts->last_at_us[kind], now_us);
        if (wait_us > longest_us)
            longest_us = wait_us;
    }
    return longest_us;
}

int throttle_count(int attempts, int64_t last_at_us, int64_t now_us)
{
    if (now_us - last_at_us >= THROTTLE_FORGET_US)
        return 1;
    return attempts < INT32_MAX ? attempts + 1 : attempts;
}

void throttle_network(const char *address, char ret_network[THROTTLE_NETWORK_BYTES])
{
    struct in6_addr ip;
    if (inet_pton(AF_INET6, address, &ip) != 1 || IN6_IS_ADDR_V4MAPPED(&ip)) {
        snprintf(ret_network, THROTTLE_NETWORK_BYTES, "%s", address);
        return;
    }
    memset(ip.s6_addr + 8, 0, 8);
    inet_ntop(AF_INET6, &ip, ret_network, THROTTLE_NETWORK_BYTES);
}
