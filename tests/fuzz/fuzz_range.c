/* The field Range of a request for a file (RFC 9110, 14). Whatever it says, what is sent lies in the file. */
#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/gateway/read/range.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const uint64_t TOTALS[] = {0, 1, 9, 1 << 20, UINT64_MAX};
    TALLOC_CTX *ctx = mem_context(NULL, "fuzz_range");
    const char *text = mem_textn(ctx, (const char *)data, n);
    for (size_t i = 0; i < ARRAY_LENGTH(TOTALS); i++) {
        struct range range;
        if (range_read(text, TOTALS[i], &range) != ERR_OK)
            continue;
        fuzz_must(range.offset <= TOTALS[i] && range.bytes <= TOTALS[i] - range.offset);
        fuzz_must(range.is_whole ? range.offset == 0 && range.bytes == TOTALS[i] : range.bytes > 0);
    }
    mem_free(ctx);
    return 0;
}
