#include "common/base/keyset.h"
#include "common/base/mem.h"
#include <endian.h>
#include <string.h>

struct wire {
    uint64_t at_us; /* big endian */
    struct uuid id;
};
_Static_assert(sizeof(struct wire) == 24, "a cursor has no gaps");

ProtobufCBinaryData keyset_encode(TALLOC_CTX *ctx, const struct keyset *keyset)
{
    const struct wire wire = {.at_us = htobe64((uint64_t)keyset->at_us), .id = keyset->id};
    return mem_bytes(ctx, &wire, sizeof wire);
}

enum err keyset_decode(ProtobufCBinaryData cursor, struct keyset *ret_keyset)
{
    struct wire wire;
    if (cursor.len != sizeof wire)
        return ERR_FIELD_FORMAT;
    memcpy(&wire, cursor.data, sizeof wire);
    *ret_keyset = (struct keyset){.at_us = (int64_t)be64toh(wire.at_us), .id = wire.id};
    return ERR_OK;
}
