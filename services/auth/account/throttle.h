/* The pure rules that slow down who guesses passwords: no I/O, clock or random numbers. Any thread. */
#ifndef SOTAY_AUTH_THROTTLE_H
#define SOTAY_AUTH_THROTTLE_H

#include "common/base/clock.h"
#include <stdbool.h>

/* Attempts are counted for the account on this device from this address, for the account from devices it was never used
 * on, and for the address. Delays grow and are capped: nobody can lock an account out for good. */
enum throttle { THROTTLE_EXACT, THROTTLE_ACCOUNT, THROTTLE_PEER, THROTTLE_COUNT };

/* How long to wait before the next attempt; 0: not at all. `attempts` since the last success, the last of them at
 * `last_at_us`. */
int64_t throttle_wait_us(enum throttle kind, int attempts, int64_t last_at_us, int64_t now_us);
struct throttle_attempts {
    int attempts[THROTTLE_COUNT];
    int64_t last_at_us[THROTTLE_COUNT];
};
/* The longest wait of the three. A device on which the account was used before waits for its own attempts alone: not
 * for what strangers try at this account, nor at others from the address that it shares with them. */
int64_t throttle_longest_wait_us(const struct throttle_attempts *attempts, bool known_device, int64_t now_us);
/* The new count when one more attempt begins: old attempts are forgotten after an hour of quiet. */
int throttle_count(int attempts, int64_t last_at_us, int64_t now_us);
enum { THROTTLE_NETWORK_BYTES = 46 };
/* What of an address counts as one: all of an IPv4 address, the first 64 bits of an IPv6 address, of which whoever has
 * one has 2^64. Anything else as it is, cut. */
void throttle_network(const char *address, char ret_network[THROTTLE_NETWORK_BYTES]);

#endif
