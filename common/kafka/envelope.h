/* What stands around every message on the queue (proto/sotay/v1/envelope.proto), begun in one place: commands of
 * clients, events and commands of a service, timers. Pure; any thread. */
#ifndef SOTAY_COMMON_ENVELOPE_H
#define SOTAY_COMMON_ENVELOPE_H

#include "common/base/uuid.h"
#include "sotay/v1/envelope.pb-c.h"
#include <talloc.h>

/* Fills what every envelope has; the caller adds actor, cause and the rest. Borrows `kind` and `payload`; ids are
 * copied into ctx. */
void envelope_begin(TALLOC_CTX *ctx, Pb__Envelope *ret_envelope, const struct uuid *id, const struct uuid *aggregate,
                    const char *kind, ProtobufCBinaryData payload);

/* The messages of a record's value that is a bundle, owned by ctx. NULL: it is none, or cannot be read; then the value
 * is to be taken for one envelope. */
Pb__Bundle *envelope_unbundle(TALLOC_CTX *ctx, const void *value, size_t value_bytes);

#endif
