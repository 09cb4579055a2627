/* What comes back as Last-Event-ID: what was read is what we would have written. */
#include "common/base/mem.h"
#include "services/gateway/stream/event.h"
#include "tests/fuzz/fuzz.h"

enum { EPOCH = 0x5eed };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char again[EVENT_ID_BYTES];
    uint64_t number = 0, once_more = 0;
    TALLOC_CTX *ctx = mem_context(NULL, "fuzz_stream");
    if (event_id_read(mem_textn(ctx, (const char *)data, n), EPOCH, &number)) {
        event_id(EPOCH, number, again);
        fuzz_must(event_id_read(again, EPOCH, &once_more) && once_more == number);
    }
    mem_free(ctx);
    return 0;
}
