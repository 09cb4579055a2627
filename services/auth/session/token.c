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

enum {
    SIGNED_BYTES = SIGNING_ID_BYTES + sizeof(struct uuid) + sizeof(int64_t), /* what stands before the code */
    TOKEN_BYTES = SIGNED_BYTES + crypto_auth_BYTES
};
static_assert(REFRESH_TOKEN_BYTES == sodium_base64_ENCODED_LEN(TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
              "base64 of all parts");

static void put_number(uint8_t *at, int64_t number)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        *at++ = (uint8_t)((uint64_t)number >> shift);
}

static int64_t get_number(const uint8_t *at)
{
    uint64_t number = 0;
    for (size_t i = 0; i < sizeof number; i++)
        number = number << 8 | at[i];
    return (int64_t)number;
}

void token_refresh_sign(const struct keys *keys, const struct refresh_claims *claims,
                        char ret_token[REFRESH_TOKEN_BYTES])
{
    uint8_t bytes[TOKEN_BYTES];
    memcpy(bytes, keys->signing_id, SIGNING_ID_BYTES);
    memcpy(bytes + SIGNING_ID_BYTES, claims->family.bytes, sizeof claims->family.bytes);
    put_number(bytes + SIGNING_ID_BYTES + sizeof claims->family.bytes, claims->number);
    crypto_auth(bytes + SIGNED_BYTES, bytes, SIGNED_BYTES, keys->signing);
    sodium_bin2base64(ret_token, REFRESH_TOKEN_BYTES, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool token_refresh_read(const struct keys *keys, const char *token, struct refresh_claims *ret_claims)
{
    uint8_t bytes[TOKEN_BYTES];
    size_t n = 0;
    const char *end = token;
    *ret_claims = (struct refresh_claims){0};
    if (sodium_base642bin(bytes, sizeof bytes, token, strlen(token), NULL, &n, &end,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        n != sizeof bytes || *end)
        return false;
    if (memcmp(bytes, keys->signing_id, SIGNING_ID_BYTES) != 0 ||
        crypto_auth_verify(bytes + SIGNED_BYTES, bytes, SIGNED_BYTES, keys->signing) != 0)
        return false;
    memcpy(ret_claims->family.bytes, bytes + SIGNING_ID_BYTES, sizeof ret_claims->family.bytes);
    ret_claims->number = get_number(bytes + SIGNING_ID_BYTES + sizeof ret_claims->family.bytes);
    return true;
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

void token_refresh_unsigned_successor(const struct keys *keys, const char *token, const char *key,
                                      char ret_token[REFRESH_TOKEN_BYTES])
{
    uint8_t bytes[32];
    keyed_hash(keys->refresh, "successor", 2, (const char *const[]){token, key}, bytes);
    sodium_bin2base64(ret_token, REFRESH_TOKEN_BYTES, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
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
