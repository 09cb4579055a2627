/* What people type to sign in, and what apps send to go on: cards, codes, passwords, refresh tokens. A token is ours
 * only as we wrote it, and whatever is put right stays so. */
#include "common/base/mem.h"
#include "services/auth/account/password_rule.h"
#include "services/auth/account/throttle.h"
#include "services/auth/account/typed.h"
#include "services/auth/session/token.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void check_typed(TALLOC_CTX *ctx, const char *text)
{
    const char *card = typed_card(ctx, text), *code = typed_code(ctx, text);
    fuzz_must(strcmp(typed_card(ctx, card), card) == 0 && strlen(card) <= strlen(text));
    fuzz_must(strcmp(typed_code(ctx, code), code) == 0 && strlen(code) <= strlen(text));
    (void)typed_code_grouped(ctx, code, 4); /* it need not be a code of ours */
}

static void check_refresh(const char *text)
{
    static const struct keys keys = {.signing = {1}, .signing_id = {2}};
    char token[REFRESH_TOKEN_BYTES];
    struct refresh_claims claims, again;
    fuzz_must(!token_refresh_read(&keys, text, &claims)); /* whose signing key is not known makes none */
    claims = (struct refresh_claims){.number = (int64_t)strlen(text)};
    token_refresh_sign(&keys, &claims, token);
    fuzz_must(token_refresh_read(&keys, token, &again) && again.number == claims.number);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char network[THROTTLE_NETWORK_BYTES];
    TALLOC_CTX *ctx = mem_context(NULL, "fuzz_sign_in");
    const char *text = mem_textn(ctx, (const char *)data, n);
    check_typed(ctx, text);
    check_refresh(text);
    enum err err = password_rule(text, "01000151");
    fuzz_must(err == ERR_OK || strlen(text) > 0 || err == ERR_FIELD_PASSWORD_SHORT);
    err = password_rule("mot mat khau dai", text);
    fuzz_must(err == ERR_OK || err == ERR_FIELD_PASSWORD_IS_CARD);
    throttle_network(text, network);
    fuzz_must(strlen(network) < THROTTLE_NETWORK_BYTES);
    mem_free(ctx);
    return 0;
}
