/* Access tokens: JWT signed ES256 by auth (RFC 7519, 7515). A verified token is remembered until it
 * expires, because verifying costs four bare requests (TRAPS). Verified with cjose, which takes the key apart once: the
 * libjwt that auth signs with, and that keeps JSON out of it, parses PEM at every token (300 µs in place of 60). Any
 * thread. */
#ifndef SOTAY_GATEWAY_TOKENS_H
#define SOTAY_GATEWAY_TOKENS_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

struct tokens;
struct token_claims {
    struct uuid member, session;
    uint32_t generation;
    int64_t expires_at_us;
};

/* `public_key_file`: PEM. ERR_CONFIG if it is no EC key. */
MUST_CHECK enum err tokens_new(TALLOC_CTX *ctx, const char *public_key_file, struct tokens **ret_tokens);

/* `authorization`: the header's value or NULL. ERR_TOKEN_MISSING, ERR_TOKEN_INVALID, ERR_TOKEN_EXPIRED,
 * ERR_SESSION_ENDED. Generations are not looked at: the directory knows them. */
MUST_CHECK enum err tokens_verify(struct tokens *tokens, const char *authorization, struct token_claims *ret_claims);

/* A session ended: its tokens are refused from now on. Remembered as long as a token lives. */
void tokens_end_session(struct tokens *tokens, const struct uuid *session);
bool tokens_session_has_ended(struct tokens *tokens, const struct uuid *session);

#define TOKEN_LIFETIME_US (60 * INT64_C(60000000))

#endif
