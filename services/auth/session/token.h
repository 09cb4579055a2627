/* Access tokens (JWT, RFC 7519, signed ES256; typ "at+jwt" of RFC 9068 where libjwt lets us: 1.10 writes "JWT") and
 * refresh tokens (256 random bits, base64url). A refresh token is known by its hash only; its successor is derived from
 * the pair {token, key}, so that it can be given again without having been kept. Any thread. */
#ifndef SOTAY_AUTH_TOKEN_H
#define SOTAY_AUTH_TOKEN_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include "services/auth/session/keys.h"
#include <stdint.h>
#include <talloc.h>

#define ACCESS_TOKEN_LIFETIME_S 3600
enum { REFRESH_TOKEN_BYTES = 44, TOKEN_HASH_BYTES = 32 }; /* 43 characters and the final NUL */

struct access_claims {
    struct uuid member, session;
    uint32_t generation;
    int64_t issued_at_us; /* wall clock: tokens do not follow the demo clock */
};

/* Owned by ctx; NULL when signing failed: our fault. */
char *token_sign(TALLOC_CTX *ctx, const struct keys *keys, const struct access_claims *claims);

void token_refresh_new(char ret_token[REFRESH_TOKEN_BYTES]);
void token_refresh_successor(const struct keys *keys, const char *token, const char *key,
                             char ret_token[REFRESH_TOKEN_BYTES]);

/* Keyed hashes of what may be stored. */
void token_hash(const struct keys *keys, const char *text, uint8_t ret_hash[TOKEN_HASH_BYTES]);
/* Of several parts, none of which can run into the next. */
void token_subject_hash(const struct keys *keys, size_t n, const char *const parts[],
                        uint8_t ret_hash[TOKEN_HASH_BYTES]);

#endif
