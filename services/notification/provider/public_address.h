/* Which addresses are of the public internet: where a host that somebody else has named may be connected to. Pure. */
#ifndef SOTAY_NOTIFICATION_PUBLIC_ADDRESS_H
#define SOTAY_NOTIFICATION_PUBLIC_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* False for what the IANA registries of special-purpose addresses (RFC 6890) call not globally reachable, for
 * multicast, and for forms of IPv6 that hold an address of IPv4, whose network they may lead to. */
bool public_address(const struct sockaddr *address);

#endif
