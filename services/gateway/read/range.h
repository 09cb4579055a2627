/* What part of a file a client asks for (RFC 9110, 14). Pure; any thread. */
#ifndef SOTAY_GATEWAY_RANGE_H
#define SOTAY_GATEWAY_RANGE_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stdint.h>

struct range {
    uint64_t offset, bytes;
    bool is_whole;
};

/* `range`: the field or NULL. One range of bytes; several, or one that is not understood, mean the whole.
 * ERR_RANGE_INVALID: it begins past the end of `total` bytes. */
MUST_CHECK enum err range_read(const char *range, uint64_t total, struct range *ret_range);

#endif
