/* What is packed once and sent many times: gzip (RFC 1952). Any thread. */
#ifndef SOTAY_GATEWAY_GZIP_H
#define SOTAY_GATEWAY_GZIP_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

/* Level 1 (fast) to 9 (small). NULL: zlib refused. Owned by ctx. */
uint8_t *gzip_pack(TALLOC_CTX *ctx, const void *bytes, size_t n, int level, size_t *ret_n);

#endif
