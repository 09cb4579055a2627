/* The field Authorization, as strangers send it: none of it is a token of ours, which only who has the key can make. */
#include "common/base/mem.h"
#include "services/gateway/edge/tokens.h"
#include "tests/fuzz/fuzz.h"

#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

/* Of nobody: its other half was thrown away. */
static const char PUBLIC_KEY[] = "-----BEGIN PUBLIC KEY-----\n"
                                 "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEi6OGS/eu2Ptv6gxXp6VOEufmg3N7\n"
                                 "rkVE09i9LcWzFwHEJFGj3LIZ/WcumOBNzMBtXUROV2UgUtMvLNeeMqi2lQ==\n"
                                 "-----END PUBLIC KEY-----\n";

static struct tokens *made(void)
{
    char path[] = "/tmp/fuzz_token.XXXXXX";
    int fd = mkstemp(path);
    struct tokens *tokens = NULL;
    fuzz_must(fd >= 0 && write(fd, PUBLIC_KEY, sizeof PUBLIC_KEY - 1) == (ssize_t)sizeof PUBLIC_KEY - 1);
    fuzz_must(close(fd) == 0 && tokens_new(NULL, path, &tokens) == ERR_OK);
    (void)unlink(path);
    return tokens;
}

static const char *encode(TALLOC_CTX *ctx, const void *bytes, size_t n)
{
    const int url = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    size_t room = sodium_base64_encoded_len(n, url);
    return sodium_bin2base64(mem_array(ctx, char, room), room, bytes, n, url);
}

/* Tokens whose header or signature the input is: else changes seldom leave a JSON to read, or a key of ours. */
static const char *with_header(TALLOC_CTX *ctx, const uint8_t *data, size_t n)
{
    return mem_printf(ctx, "Bearer %s.e30.%086d", encode(ctx, data, n), 0);
}

static const char *with_signature(TALLOC_CTX *ctx, const uint8_t *data, size_t n)
{
    static const char HEADER[] = "{\"alg\":\"ES256\",\"kid\":\"65c1ac67ae8b3558b90c3d85c6df086d\",\"typ\":\"at+jwt\"}";
    return mem_printf(ctx, "Bearer %s.e30.%s", encode(ctx, HEADER, sizeof HEADER - 1), encode(ctx, data, n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct tokens *tokens;
    struct token_claims claims;
    if (!tokens)
        tokens = made();
    TALLOC_CTX *ctx = mem_context(NULL, "fuzz_token");
    const char *text = mem_textn(ctx, (const char *)data, n);
    fuzz_must(tokens_verify(tokens, text, &claims) != ERR_OK);
    fuzz_must(tokens_verify(tokens, mem_printf(ctx, "Bearer %s", text), &claims) != ERR_OK);
    fuzz_must(tokens_verify(tokens, with_header(ctx, data, n), &claims) != ERR_OK);
    fuzz_must(tokens_verify(tokens, with_signature(ctx, data, n), &claims) != ERR_OK);
    mem_free(ctx);
    return 0;
}
