/* A record of the queue: a bundle of envelopes or one envelope, its message, and cursors, which come from clients as
 * bytes. Services take them from the queue or the gateway, and check them again. */
#include "common/base/keyset.h"
#include "common/base/mem.h"
#include "common/contract/contract_check.h"
#include "common/kafka/envelope.h"
#include "contract_rules.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void fuzz_envelope(TALLOC_CTX *ctx, const void *bytes, size_t n)
{
    struct field_errors errors;
    field_errors_init(&errors, ctx);
    const Pb__Envelope *envelope = (const Pb__Envelope *)mem_unpack(ctx, &pb__envelope__descriptor, bytes, n);
    const ProtobufCMessageDescriptor *type = envelope ? contract_message(envelope->kind) : NULL;
    if (!type)
        return;
    ProtobufCMessage *message = mem_unpack(ctx, type, envelope->payload.data, envelope->payload.len);
    if (message)
        contract_check(message, &errors);
}

static void fuzz_cursor(TALLOC_CTX *ctx, const uint8_t *data, size_t n)
{
    struct keyset keyset;
    if (keyset_decode((ProtobufCBinaryData){.data = (uint8_t *)(uintptr_t)data, .len = n}, &keyset) != ERR_OK)
        return;
    ProtobufCBinaryData again = keyset_encode(ctx, &keyset);
    fuzz_must(again.len == n && memcmp(again.data, data, n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    TALLOC_CTX *ctx = mem_context(NULL, "fuzz_record");
    const Pb__Bundle *bundle = envelope_unbundle(ctx, data, n);
    for (size_t i = 0; bundle && i < bundle->n_envelopes; i++)
        fuzz_envelope(ctx, bundle->envelopes[i].data, bundle->envelopes[i].len);
    fuzz_envelope(ctx, data, n);
    fuzz_cursor(ctx, data, n);
    mem_free(ctx);
    return 0;
}
