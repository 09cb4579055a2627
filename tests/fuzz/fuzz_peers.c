/* What proxies say of who asks: the fields X-Forwarded-For and Forwarded. The answer is an
 * address, and never one that nobody said. */
#include "common/base/mem.h"
#include "services/gateway/edge/peers.h"
#include "tests/fuzz/fuzz.h"

#include <arpa/inet.h>
#include <string.h>

static bool is_address(const char *text)
{
    uint8_t bytes[16];
    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

static void fuzz_list(TALLOC_CTX *ctx, const char *field, const char *list)
{
    struct peers *peers;
    fuzz_must(peers_new(ctx, "10.0.0.0/8, ::1, 2001:db8::/32", field, &peers) == ERR_OK);
    const char *client = peers_first_untrusted(ctx, peers, "10.0.0.1", list);
    fuzz_must(is_address(client) && (strcmp(client, "10.0.0.1") == 0 || strstr(list, client)));
    fuzz_must(strcmp(peers_first_untrusted(ctx, peers, "192.0.2.1", list), "192.0.2.1") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    TALLOC_CTX *ctx = mem_context(NULL, "fuzz_peers");
    const char *text = mem_textn(ctx, (const char *)data, n);
    fuzz_list(ctx, "X-Forwarded-For", text);
    fuzz_list(ctx, "Forwarded", text);
    mem_free(ctx);
    return 0;
}
