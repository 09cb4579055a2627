#include "services/auth/session/token.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include <assert.h>
#include <jwt.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* --- access tokens --- */

static int add_claims(jwt_t *jwt, const struct access_claims *claims)
{
    char member[UUID_TEXT_BYTES], session[UUID_TEXT_BYTES];
    long issued_s = (long)(claims->issued_at_us / CLOCK_SECOND_US);
    uuid_format(&claims->member, member);
    uuid_format(&claims->session, session);
    return jwt_add_grant(jwt, "iss", "sotay") | jwt_add_grant(jwt, "aud", "sotay") | jwt_add_grant(jwt, "sub", member) |
           jwt_add_grant(jwt, "sid", session) | jwt_add_grant_int(jwt, "gen", (long)claims->generation) |
           jwt_add_grant_int(jwt, "iat", issued_s) | jwt_add_grant_int(jwt, "exp", issued_s + ACCESS_TOKEN_LIFETIME_S);
}

static int add_header(jwt_t *jwt, const struct keys *keys)
{
    /* Where libjwt writes its own "JWT" in place of this type, the gateway takes it as well. */
    return jwt_set_alg(jwt, JWT_ALG_ES256, keys->pem, keys->pem_bytes) | jwt_add_header(jwt, "typ", "at+jwt") |
           jwt_add_header(jwt, "kid", keys->key_id);
}

char *token_sign(TALLOC_CTX *ctx, const struct keys *keys, const struct access_claims *claims)
{
    jwt_t *jwt = NULL;
    char *text = NULL, *signed_token = NULL;
    if (jwt_new(&jwt))
        return NULL;
    if (!add_header(jwt, keys) && !add_claims(jwt, claims))
        text = jwt_encode_str(jwt);
    if (text)
        signed_token = mem_text(ctx, text);
    free(text);
    jwt_free(jwt);
    return signed_token;
}

/* --- refresh tokens --- */

static void encode(const uint8_t bytes[32], char ret_token[REFRESH_TOKEN_BYTES])
{
    sodium_bin2base64(ret_token, REFRESH_TOKEN_BYTES, bytes, 32, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void token_refresh_new(char ret_token[REFRESH_TOKEN_BYTES])
{
    uint8_t bytes[32];
    randombytes_buf(bytes, sizeof bytes);
    encode(bytes, ret_token);
}

/* Each part with its length before it, and a word for the purpose first: no two lists, no two purposes give the same
 * input. */
static void keyed_hash(const uint8_t key[KEY_BYTES], const char *purpose, size_t n, const char *const parts[],
                       uint8_t ret_hash[32])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, key, KEY_BYTES, 32);
    crypto_generichash_update(&state, (const uint8_t *)purpose, strlen(purpose) + 1);
    for (size_t i = 0; i < n; i++) {
        uint64_t bytes = strlen(parts[i]);
        crypto_generichash_update(&state, (const uint8_t *)&bytes, sizeof bytes);
        crypto_generichash_update(&state, (const uint8_t *)parts[i], bytes);
    }
    crypto_generichash_final(&state, ret_hash, 32);
}

void token_refresh_successor(const struct keys *keys, const char *token, const char *key,
                             char ret_token[REFRESH_TOKEN_BYTES])
{
    uint8_t bytes[32];
    keyed_hash(keys->refresh, "successor", 2, (const char *const[]){token, key}, bytes);
    encode(bytes, ret_token);
}

void token_hash(const struct keys *keys, const char *text, uint8_t ret_hash[TOKEN_HASH_BYTES])
{
    keyed_hash(keys->refresh, "stored", 1, &text, ret_hash);
}

void token_subject_hash(const struct keys *keys, size_t n, const char *const parts[],
                        uint8_t ret_hash[TOKEN_HASH_BYTES])
{
    keyed_hash(keys->subject, "subject", n, parts, ret_hash);
}
