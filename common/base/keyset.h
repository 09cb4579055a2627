/* The cursor of a list that is ordered by a time and an id: where a page ended, so that the next one begins behind it
 * whatever came or went in between. On the wire, in queries and replies: the time as 8 bytes, big endian, and the id's
 * 16. Pure, any thread. */
#ifndef SOTAY_COMMON_KEYSET_H
#define SOTAY_COMMON_KEYSET_H

#include "common/base/uuid.h"
#include <talloc.h>

struct keyset {
    int64_t at_us;
    struct uuid id;
};

/* The bytes belong to `ctx`. */
ProtobufCBinaryData keyset_encode(TALLOC_CTX *ctx, const struct keyset *keyset);

/* ERR_FIELD_FORMAT: the bytes are no cursor. */
MUST_CHECK enum err keyset_decode(ProtobufCBinaryData cursor, struct keyset *ret_keyset);

#endif
