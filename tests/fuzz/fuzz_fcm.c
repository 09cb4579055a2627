/* What a push service of others answers to a message. */
#include "common/base/mem.h"
#include "services/notification/provider/fcm_json.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    TALLOC_CTX *ctx = mem_context(NULL, "fuzz_fcm");
    fuzz_must(fcm_error(ctx, data, n) != NULL);
    mem_free(ctx);
    return 0;
}
