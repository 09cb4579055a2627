/* Names and words that are searched, in any bytes that PostgreSQL may hold: keys of lists and folded texts. What was
 * folded stays as it is. */
#include "common/base/mem.h"
#include "common/base/name_order.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    TALLOC_CTX *ctx = mem_context(NULL, "fuzz_names");
    const char *text = mem_textn(ctx, (const char *)data, n);
    const char *folded = name_order_fold(ctx, text), *small = name_order_small(ctx, text);
    fuzz_must(*name_order_key(ctx, text) != '\0');
    fuzz_must(strcmp(name_order_fold(ctx, folded), folded) == 0);
    fuzz_must(strcmp(name_order_small(ctx, small), small) == 0);
    mem_free(ctx);
    return 0;
}
