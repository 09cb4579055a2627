#include "services/gateway/tokens.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/mem.h"
#include <jwt.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <uthash.h>

#define TOKENS_KEPT 20000
#define TOKEN_BYTES 2048
#define PEM_BYTES 4096

struct verified {
    char *text; /* the key */
    struct token_claims claims;
    UT_hash_handle hh;
};

struct ended {
    struct uuid session;
    int64_t forget_at_us;
    UT_hash_handle hh;
};

struct tokens {
    unsigned char pem[PEM_BYTES];
    int pem_bytes;
    char key_id[33];
    pthread_mutex_t lock;
    struct verified *verified; /* in order of arrival: the first is the oldest */
    struct ended *ended;       /* likewise */
};

/* --- the key --- */

static enum err read_pem(struct tokens *tokens, const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        log_error("token_key", "file=%s detail=%m", path);
        return ERR_CONFIG;
    }
    tokens->pem_bytes = (int)fread(tokens->pem, 1, sizeof tokens->pem, file);
    fclose(file);
    return ERR_OK;
}

/* The key's id: the first 16 bytes of SHA-256 over its SubjectPublicKeyInfo, in hex, as auth puts it into the header. */
static enum err find_key_id(struct tokens *tokens)
{
    unsigned char *der = NULL, digest[EVP_MAX_MD_SIZE];
    enum err err = ERR_CONFIG;
    BIO *bio = BIO_new_mem_buf(tokens->pem, tokens->pem_bytes);
    EVP_PKEY *key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    if (!key || EVP_PKEY_base_id(key) != EVP_PKEY_EC)
        goto cleanup;
    int der_bytes = i2d_PUBKEY(key, &der);
    if (der_bytes <= 0 || !EVP_Digest(der, (size_t)der_bytes, digest, NULL, EVP_sha256(), NULL))
        goto cleanup;
    for (size_t i = 0; i < 16; i++)
        snprintf(tokens->key_id + 2 * i, 3, "%02x", digest[i]);
    err = ERR_OK;
cleanup:
    if (err)
        log_error("token_key", "detail=\"not the public key of an elliptic curve in PEM\"");
    OPENSSL_free(der);
    EVP_PKEY_free(key);
    BIO_free(bio);
    return err;
}

static int tokens_done(struct tokens *tokens)
{
    struct verified *verified, *next_verified;
    struct ended *ended, *next_ended;
    HASH_ITER (hh, tokens->verified, verified, next_verified) {
        HASH_DEL(tokens->verified, verified);
        mem_free(verified);
    }
    HASH_ITER (hh, tokens->ended, ended, next_ended) {
        HASH_DEL(tokens->ended, ended);
        mem_free(ended);
    }
    return 0;
}

enum err tokens_new(TALLOC_CTX *ctx, const char *public_key_file, struct tokens **ret_tokens)
{
    struct tokens *tokens = mem_new(ctx, struct tokens);
    pthread_mutex_init(&tokens->lock, NULL);
    talloc_set_destructor(tokens, tokens_done);
    enum err err = read_pem(tokens, public_key_file);
    if (!err)
        err = find_key_id(tokens);
    if (err)
        return err;
    *ret_tokens = tokens;
    return ERR_OK;
}

/* --- what was verified --- */

static bool session_ended(struct tokens *tokens, const struct uuid *session)
{
    struct ended *ended;
    HASH_FIND(hh, tokens->ended, session, sizeof *session, ended);
    return ended != NULL;
}

static void forget(struct tokens *tokens, struct verified *verified)
{
    HASH_DEL(tokens->verified, verified);
    mem_free(verified);
}

/* ERR_NOT_FOUND: never seen. */
static enum err recall(struct tokens *tokens, const char *text, size_t n, struct token_claims *ret_claims)
{
    struct verified *verified;
    HASH_FIND(hh, tokens->verified, text, n, verified);
    if (!verified)
        return ERR_NOT_FOUND;
    if (verified->claims.expires_at_us > clock_now_us()) {
        *ret_claims = verified->claims;
        return session_ended(tokens, &verified->claims.session) ? ERR_TOKEN_INVALID : ERR_OK;
    }
    forget(tokens, verified);
    return ERR_TOKEN_EXPIRED;
}

static void remember(struct tokens *tokens, const char *text, size_t n, const struct token_claims *claims)
{
    struct verified *verified;
    HASH_FIND(hh, tokens->verified, text, n, verified);
    if (verified)
        return; /* another request of the same client was faster */
    if (HASH_COUNT(tokens->verified) >= TOKENS_KEPT)
        forget(tokens, tokens->verified);
    verified = mem_new(NULL, struct verified);
    verified->text = mem_textn(verified, text, n);
    verified->claims = *claims;
    HASH_ADD_KEYPTR(hh, tokens->verified, verified->text, n, verified);
}

/* --- verifying --- */

static bool says(const char *text, const char *wanted)
{
    return text && strcmp(text, wanted) == 0;
}

static bool header_is_ours(const struct tokens *tokens, jwt_t *jwt)
{
    /* libjwt writes "JWT" whatever it is told; RFC 9068 wants "at+jwt". */
    const char *type = jwt_get_header(jwt, "typ");
    if (!says(type, "at+jwt") && !says(type, "JWT"))
        return false;
    /* libjwt 1.10 takes a token signed HS256 with our public key as the secret for good: only now is it known to be ES256 (TRAPS). */
    return jwt_get_alg(jwt) == JWT_ALG_ES256 && says(jwt_get_header(jwt, "kid"), tokens->key_id);
}

static enum err read_claims(jwt_t *jwt, struct token_claims *ret_claims)
{
    const char *member = jwt_get_grant(jwt, "sub"), *session = jwt_get_grant(jwt, "sid");
    long generation = jwt_get_grant_int(jwt, "gen"), expires_s = jwt_get_grant_int(jwt, "exp");
    if (!says(jwt_get_grant(jwt, "iss"), "sotay") || !says(jwt_get_grant(jwt, "aud"), "sotay"))
        return ERR_TOKEN_INVALID;
    if (!member || uuid_parse(member, &ret_claims->member) || !session || uuid_parse(session, &ret_claims->session))
        return ERR_TOKEN_INVALID;
    if (generation < 0 || generation > UINT32_MAX || expires_s <= 0 || expires_s > INT64_MAX / CLOCK_SECOND_US)
        return ERR_TOKEN_INVALID;
    ret_claims->generation = (uint32_t)generation;
    ret_claims->expires_at_us = expires_s * CLOCK_SECOND_US;
    return ret_claims->expires_at_us > clock_now_us() ? ERR_OK : ERR_TOKEN_EXPIRED;
}

static enum err verify(const struct tokens *tokens, const char *text, struct token_claims *ret_claims)
{
    jwt_t *jwt = NULL;
    if (jwt_decode(&jwt, text, tokens->pem, tokens->pem_bytes) != 0)
        return ERR_TOKEN_INVALID;
    enum err err = header_is_ours(tokens, jwt) ? read_claims(jwt, ret_claims) : ERR_TOKEN_INVALID;
    jwt_free(jwt);
    return err;
}

enum err tokens_verify(struct tokens *tokens, const char *authorization, struct token_claims *ret_claims)
{
    if (!authorization)
        return ERR_TOKEN_MISSING;
    if (strncasecmp(authorization, "Bearer ", 7) != 0)
        return ERR_TOKEN_INVALID;
    const char *text = authorization + 7;
    size_t n = strlen(text);
    if (n == 0 || n > TOKEN_BYTES)
        return ERR_TOKEN_INVALID;
    pthread_mutex_lock(&tokens->lock);
    enum err err = recall(tokens, text, n, ret_claims);
    pthread_mutex_unlock(&tokens->lock);
    if (err != ERR_NOT_FOUND)
        return err;

    err = verify(tokens, text, ret_claims);
    if (err)
        return err;
    pthread_mutex_lock(&tokens->lock);
    if (session_ended(tokens, &ret_claims->session))
        err = ERR_TOKEN_INVALID;
    else
        remember(tokens, text, n, ret_claims);
    pthread_mutex_unlock(&tokens->lock);
    return err;
}

/* --- revocation --- */

static void forget_old_endings(struct tokens *tokens)
{
    int64_t now_us = clock_now_us();
    while (tokens->ended && tokens->ended->forget_at_us < now_us) {
        struct ended *oldest = tokens->ended;
        HASH_DEL(tokens->ended, oldest);
        mem_free(oldest);
    }
}

void tokens_end_session(struct tokens *tokens, const struct uuid *session)
{
    pthread_mutex_lock(&tokens->lock);
    forget_old_endings(tokens);
    if (!session_ended(tokens, session)) {
        struct ended *ended = mem_new(NULL, struct ended);
        ended->session = *session;
        ended->forget_at_us = clock_now_us() + TOKEN_LIFETIME_US;
        HASH_ADD(hh, tokens->ended, session, sizeof ended->session, ended);
    }
    pthread_mutex_unlock(&tokens->lock);
}
