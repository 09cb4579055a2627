#include "services/gateway/edge/tokens.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <cjose/cjose.h>
#include <jansson.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <uthash.h>

#define TOKENS_KEPT 20000
#define TOKEN_BYTES 2048
#define COORDINATE_BYTES 32 /* of a point of P-256 */

struct verified {
    char *text;
    const char *signature; /* in text: the key, a fifth of it, and different in every token */
    struct token_claims claims;
    UT_hash_handle hh;
};

struct ended {
    struct uuid session;
    int64_t forget_at_us;
    UT_hash_handle hh;
};

struct tokens {
    cjose_jwk_t *key; /* read by all threads, changed by none */
    char key_id[33];
    pthread_mutex_t lock;
    struct verified *verified; /* in order of arrival: the first is the oldest */
    struct ended *ended;       /* likewise */
};

/* --- the key --- */

static EVP_PKEY *read_pem(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        log_error("token_key", "file=%s detail=%m", path);
        return NULL;
    }
    EVP_PKEY *key = PEM_read_PUBKEY(file, NULL, NULL, NULL);
    fclose(file);
    return key;
}

/* The key's id: the first 16 bytes of SHA-256 over its SubjectPublicKeyInfo, in hex, as auth puts it into the
 * header. */
static bool find_key_id(struct tokens *tokens, const EVP_PKEY *key)
{
    unsigned char *der = NULL, digest[EVP_MAX_MD_SIZE];
    int der_bytes = i2d_PUBKEY(key, &der);
    bool found = der_bytes > 0 && EVP_Digest(der, (size_t)der_bytes, digest, NULL, EVP_sha256(), NULL);
    for (size_t i = 0; found && i < 16; i++)
        snprintf(tokens->key_id + 2 * i, 3, "%02x", digest[i]);
    OPENSSL_free(der);
    return found;
}

/* Taken apart once: parsing PEM costs more than verifying a signature. */
static bool find_key(struct tokens *tokens, const EVP_PKEY *key)
{
    unsigned char point[1 + 2 * COORDINATE_BYTES]; /* uncompressed: 4, x, y */
    size_t n = 0;
    if (!EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &n) || n != sizeof point)
        return false;
    const cjose_jwk_ec_keyspec spec = {.crv = CJOSE_JWK_EC_P_256,
                                       .x = point + 1,
                                       .xlen = COORDINATE_BYTES,
                                       .y = point + 1 + COORDINATE_BYTES,
                                       .ylen = COORDINATE_BYTES};
    tokens->key = cjose_jwk_create_EC_spec(&spec, NULL); /* NULL where the coordinates are no point of the curve */
    return tokens->key != NULL;
}

static enum err read_key(struct tokens *tokens, const char *path)
{
    EVP_PKEY *key = read_pem(path);
    bool found = key && EVP_PKEY_base_id(key) == EVP_PKEY_EC && find_key(tokens, key) && find_key_id(tokens, key);
    EVP_PKEY_free(key);
    if (found)
        return ERR_OK;
    log_error("token_key", "file=%s detail=\"not the public key of the curve P-256 in PEM\"", path);
    return ERR_CONFIG;
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
    cjose_jwk_release(tokens->key);
    return 0;
}

enum err tokens_new(TALLOC_CTX *ctx, const char *public_key_file, struct tokens **ret_tokens)
{
    struct tokens *tokens = mem_new(ctx, struct tokens);
    pthread_mutex_init(&tokens->lock, NULL);
    talloc_set_destructor(tokens, tokens_done);
    enum err err = read_key(tokens, public_key_file);
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

/* What stands behind the last dot; the whole text where there is none. */
static const char *signature_of(const char *text)
{
    const char *dot = strrchr(text, '.');
    return dot ? dot + 1 : text;
}

/* The whole text is compared: the signature alone, behind other claims, makes no token. */
static struct verified *find(const struct tokens *tokens, const char *text)
{
    struct verified *verified;
    const char *signature = signature_of(text);
    HASH_FIND(hh, tokens->verified, signature, strlen(signature), verified);
    return verified && strcmp(verified->text, text) == 0 ? verified : NULL;
}

static void forget(struct tokens *tokens, struct verified *verified)
{
    HASH_DEL(tokens->verified, verified);
    mem_free(verified);
}

/* ERR_NOT_FOUND: never seen. */
static enum err recall(struct tokens *tokens, const char *text, struct token_claims *ret_claims)
{
    struct verified *verified = find(tokens, text);
    if (!verified)
        return ERR_NOT_FOUND;
    if (verified->claims.expires_at_us > clock_now_us()) {
        *ret_claims = verified->claims;
        return session_ended(tokens, &verified->claims.session) ? ERR_SESSION_ENDED : ERR_OK;
    }
    forget(tokens, verified);
    return ERR_TOKEN_EXPIRED;
}

static void remember(struct tokens *tokens, const char *text, const struct token_claims *claims)
{
    if (find(tokens, text))
        return; /* another request of the same client was faster */
    if (HASH_COUNT(tokens->verified) >= TOKENS_KEPT)
        forget(tokens, tokens->verified);
    struct verified *verified = mem_new(NULL, struct verified);
    verified->text = mem_text(verified, text);
    verified->signature = signature_of(verified->text);
    verified->claims = *claims;
    HASH_ADD_KEYPTR(hh, tokens->verified, verified->signature, strlen(verified->signature), verified);
}

/* --- verifying --- */

static bool says(const char *text, const char *wanted)
{
    return text && strcmp(text, wanted) == 0;
}

/* RFC 7515, 4.1.11: who does not know an extension that `crit` names must refuse. We know none. */
static bool names_extensions(cjose_header_t *header)
{
    char *critical = cjose_header_get_raw(header, "crit", NULL);
    bool named = critical || cjose_header_get(header, "crit", NULL); /* a list, as it should be; a text */
    cjose_get_dealloc()(critical);
    return named;
}

/* What the header says is checked before its signature is looked at: one algorithm, one key (TRAPS: libraries have
 * taken others). */
static bool header_is_ours(const struct tokens *tokens, cjose_jws_t *jws)
{
    cjose_header_t *header = cjose_jws_get_protected(jws);
    const char *type = cjose_header_get(header, "typ", NULL);
    /* RFC 9068 wants "at+jwt", and auth asks libjwt for it; the libjwt of Debian 12 writes "JWT" all the same. */
    if (!says(type, "at+jwt") && !says(type, "JWT"))
        return false;
    if (names_extensions(header))
        return false;
    return says(cjose_header_get(header, CJOSE_HDR_ALG, NULL), CJOSE_HDR_ALG_ES256) &&
           says(cjose_header_get(header, CJOSE_HDR_KID, NULL), tokens->key_id);
}

static bool read_id(const json_t *claims, const char *name, struct uuid *ret_id)
{
    const char *text = json_string_value(json_object_get(claims, name));
    return text && uuid_parse(text, ret_id) == ERR_OK;
}

static bool is_for_us(const json_t *claims)
{
    return says(json_string_value(json_object_get(claims, "iss")), "sotay") &&
           says(json_string_value(json_object_get(claims, "aud")), "sotay");
}

/* RFC 7519, 4.1.5: not before. Auth writes none; a token that says so is not good earlier. */
static bool is_early(const json_t *claims)
{
    const json_t *from = json_object_get(claims, "nbf");
    if (!from)
        return false;
    return !json_is_number(from) || json_number_value(from) * CLOCK_SECOND_US > (double)clock_now_us();
}

static enum err read_claims(const json_t *claims, struct token_claims *ret_claims)
{
    json_int_t generation = json_integer_value(json_object_get(claims, "gen")),
               expires_s = json_integer_value(json_object_get(claims, "exp"));
    if (!is_for_us(claims) || is_early(claims) || !read_id(claims, "sub", &ret_claims->member) ||
        !read_id(claims, "sid", &ret_claims->session))
        return ERR_TOKEN_INVALID;
    if (generation < 0 || generation > UINT32_MAX || expires_s <= 0 || expires_s > INT64_MAX / CLOCK_SECOND_US)
        return ERR_TOKEN_INVALID;
    ret_claims->generation = (uint32_t)generation;
    ret_claims->expires_at_us = expires_s * CLOCK_SECOND_US;
    return ret_claims->expires_at_us > clock_now_us() ? ERR_OK : ERR_TOKEN_EXPIRED;
}

static enum err read_payload(cjose_jws_t *jws, struct token_claims *ret_claims)
{
    uint8_t *payload = NULL;
    size_t n = 0;
    if (!cjose_jws_get_plaintext(jws, &payload, &n, NULL))
        return ERR_TOKEN_INVALID;
    json_t *claims = json_loadb((const char *)payload, n, JSON_REJECT_DUPLICATES, NULL);
    enum err err = read_claims(claims, ret_claims); /* NULL reads as an object without claims */
    json_decref(claims);
    return err;
}

/* RFC 7515, 3.1: three parts of base64url, with dots between. cjose ends the process over a part of a length that
 * base64 cannot have. */
static bool is_compact(const char *text)
{
    static const char BASE64URL[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (int part = 0; part < 3; part++) {
        size_t n = strspn(text, BASE64URL);
        if (n == 0 || n % 4 == 1 || text[n] != (part < 2 ? '.' : '\0'))
            return false;
        text += n + 1;
    }
    return true;
}

static enum err verify(const struct tokens *tokens, const char *text, size_t n, struct token_claims *ret_claims)
{
    if (!is_compact(text))
        return ERR_TOKEN_INVALID;
    cjose_jws_t *jws = cjose_jws_import(text, n, NULL);
    if (!jws)
        return ERR_TOKEN_INVALID;
    bool good = header_is_ours(tokens, jws) && cjose_jws_verify(jws, tokens->key, NULL);
    enum err err = good ? read_payload(jws, ret_claims) : ERR_TOKEN_INVALID;
    cjose_jws_release(jws);
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
    enum err err = recall(tokens, text, ret_claims);
    pthread_mutex_unlock(&tokens->lock);
    if (err != ERR_NOT_FOUND)
        return err;

    err = verify(tokens, text, n, ret_claims);
    if (err)
        return err;
    pthread_mutex_lock(&tokens->lock);
    if (session_ended(tokens, &ret_claims->session))
        err = ERR_SESSION_ENDED;
    else
        remember(tokens, text, ret_claims);
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

bool tokens_session_has_ended(struct tokens *tokens, const struct uuid *session)
{
    pthread_mutex_lock(&tokens->lock);
    bool has_ended = session_ended(tokens, session);
    pthread_mutex_unlock(&tokens->lock);
    return has_ended;
}
