/* What stands around every message on the queue (proto/sotay/v1/envelope.proto), begun in one place: commands of
 * clients, events and commands of a service, timers. Pure; any thread. */
#ifndef SOTAY_COMMON_ENVELOPE_H
#define SOTAY_COMMON_ENVELOPE_H

#include "common/base/array.h"
#include "common/base/uuid.h"
#include "sotay/v1/envelope.pb-c.h"
#include <stdbool.h>
#include <talloc.h>

/* Fills what every envelope has; the caller adds actor, cause and the rest. Borrows `kind` and `payload`; ids are
 * copied into ctx. */
void envelope_begin(TALLOC_CTX *ctx, Pb__Envelope *ret_envelope, const struct uuid *id, const struct uuid *aggregate,
                    const char *kind, ProtobufCBinaryData payload);

/* Messages that go as one record; {0} is empty. It borrows their bytes. */
struct envelope_bundle {
    ARRAY(ProtobufCBinaryData) envelopes;
    size_t bytes;
};
/* False: the record would become larger than the broker takes. An empty one has room for any. */
bool envelope_bundle_has_room(const struct envelope_bundle *bundle, size_t envelope_bytes);
void envelope_bundle_add(TALLOC_CTX *ctx, struct envelope_bundle *bundle, ProtobufCBinaryData envelope);
/* The record's value: a Bundle, owned by ctx; of one envelope that itself. */
ProtobufCBinaryData envelope_bundle_value(TALLOC_CTX *ctx, const struct envelope_bundle *bundle);

/* The messages of a record's value that is a bundle, owned by ctx. NULL: it is none, or cannot be read; then the value
 * is to be taken for one envelope. */
Pb__Bundle *envelope_unbundle(TALLOC_CTX *ctx, const void *value, size_t value_bytes);

#endif
