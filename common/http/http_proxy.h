/* The header by which a proxy says for whom it opened a connection: PROXY protocol, version 2 (haproxy.org,
 * proxy-protocol.txt). Pure; any thread. */
#ifndef SOTAY_COMMON_HTTP_PROXY_H
#define SOTAY_COMMON_HTTP_PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* It has 16 bytes, then as many as they say: addresses, and what else a proxy tells, which is passed over. */
enum { HTTP_PROXY_HEAD_BYTES = 16, HTTP_PROXY_MOST_BYTES = 1024 };

/* Of the first 16 bytes: how many it has in all, at most HTTP_PROXY_MOST_BYTES. 0: it is none. */
size_t http_proxy_bytes(const uint8_t head[HTTP_PROXY_HEAD_BYTES]);
/* False: it is none, or names somebody by no TCP, whose word about himself would then pass for the proxy's. *ret_bytes
 * 0: the proxy itself asks, and the connection's own address counts. */
bool http_proxy_read(const uint8_t *header, size_t n, struct sockaddr_storage *ret_address, socklen_t *ret_bytes);

#endif
