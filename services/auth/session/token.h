/* Access tokens (JWT, RFC 7519, signed ES256; typ "at+jwt" of RFC 9068 where libjwt lets us: 1.10 writes "JWT") and
 * refresh tokens. Any thread.
 *
 * A refresh token says which one of which family it is, so that it is known for ours even by a database that came back
 * from a backup of before it was made. It is stored as a hash only; whoever knows family and number can give it again.
 *
 *     base64url ( id of the key, 8 · family, 16 · number, 8, big endian · HMAC-SHA-512-256 of these, 32 ) */
#ifndef SOTAY_AUTH_TOKEN_H
#define SOTAY_AUTH_TOKEN_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include "services/auth/session/keys.h"
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

#define ACCESS_TOKEN_LIFETIME_S 3600
enum { REFRESH_TOKEN_BYTES = 87, TOKEN_HASH_BYTES = 32 }; /* 86 characters and the final NUL */

struct access_claims {
    struct uuid member, session;
    uint32_t generation;
    int64_t issued_at_us; /* wall clock: tokens do not follow the demo clock */
};

/* Owned by ctx; NULL when signing failed: our fault. */
char *token_sign(TALLOC_CTX *ctx, const struct keys *keys, const struct access_claims *claims);

/* A session is a family of refresh tokens. */
enum { REFRESH_FIRST_NUMBER = 1 };
struct refresh_claims {
    struct uuid family;
    int64_t number;
};
void token_refresh_sign(const struct keys *keys, const struct refresh_claims *claims,
                        char ret_token[REFRESH_TOKEN_BYTES]);
/* False, and zero claims: not signed by us, or made before refresh tokens were signed. */
bool token_refresh_read(const struct keys *keys, const char *token, struct refresh_claims *ret_claims);
/* The successor of an unsigned token that was exchanged before refresh tokens were signed, to be given again: it was
 * derived from the pair {token, key}. */
void token_refresh_unsigned_successor(const struct keys *keys, const char *token, const char *key,
                                      char ret_token[REFRESH_TOKEN_BYTES]);

/* Keyed hashes of what may be stored. */
void token_hash(const struct keys *keys, const char *text, uint8_t ret_hash[TOKEN_HASH_BYTES]);
/* Of several parts, none of which can run into the next. */
void token_subject_hash(const struct keys *keys, size_t n, const char *const parts[],
                        uint8_t ret_hash[TOKEN_HASH_BYTES]);

#endif
