/* What a browser registers as its subscription: any bytes. What was read is an https address, or that of the loopback
 * service, in printable ASCII. */
#include "common/base/mem.h"
#include "services/notification/provider/webpush_json.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#define LOOPBACK "http://127.0.0.1:8191"

static void must(bool truth)
{
    if (!truth)
        abort();
}

static bool is_plain(const char *text)
{
    for (; *text; text++)
        if (*text <= ' ' || *text > '~')
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct webpush_subscription read;
    TALLOC_CTX *ctx = mem_context(NULL, "fuzz_subscription");
    const char *token = mem_textn(ctx, (const char *)data, n);
    if (webpush_subscription_read(ctx, token, LOOPBACK, &read)) {
        must(strncmp(read.origin, "https://", 8) == 0 || strcmp(read.origin, LOOPBACK) == 0);
        must(read.path[0] == '/' && is_plain(read.path) && is_plain(read.origin));
    }
    mem_free(ctx);
    return 0;
}
