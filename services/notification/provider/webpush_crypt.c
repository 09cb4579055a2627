/*   ecdh   = their point · our private key
 *   ikm    = HKDF(salt: their auth, key: ecdh, "WebPush: info" 0 their point our point)    32 bytes
 *   key    = HKDF(salt, ikm, "Content-Encoding: aes128gcm" 0)                              16
 *   nonce  = HKDF(salt, ikm, "Content-Encoding: nonce" 0)                                  12, of the only record
 *   body   = salt · record size · 65 · our point · AES-128-GCM(text · 2) · tag */
#include "services/notification/provider/webpush_crypt.h"

#include "common/base/mem.h"
#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <sodium.h>
#include <string.h>

enum { SECRET_BYTES = 32, KEY_BYTES = 16, NONCE_BYTES = 12, SEAL_BYTES = 16, LAST_RECORD = 2 };

struct webpush_crypt {
    EVP_PKEY *curve; /* P-256, without a key */
    EVP_PKEY_CTX *keygen;
    EVP_KDF *kdf;
    EVP_KDF_CTX *hkdf;
    EVP_CIPHER *aes;
    EVP_CIPHER_CTX *cipher;
};

/* --- what is made once -------------------------------------------------------------------------------------------- */

static int free_crypt(struct webpush_crypt *crypt)
{
    EVP_CIPHER_CTX_free(crypt->cipher);
    EVP_CIPHER_free(crypt->aes);
    EVP_KDF_CTX_free(crypt->hkdf);
    EVP_KDF_free(crypt->kdf);
    EVP_PKEY_CTX_free(crypt->keygen);
    EVP_PKEY_free(crypt->curve);
    return 0;
}

static bool open_curve(struct webpush_crypt *crypt)
{
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    bool made = maker && EVP_PKEY_paramgen_init(maker) == 1 && EVP_PKEY_CTX_set_group_name(maker, "P-256") == 1 &&
                EVP_PKEY_paramgen(maker, &crypt->curve) == 1;
    EVP_PKEY_CTX_free(maker);
    if (!made)
        return false;
    crypt->keygen = EVP_PKEY_CTX_new_from_pkey(NULL, crypt->curve, NULL);
    return crypt->keygen && EVP_PKEY_keygen_init(crypt->keygen) == 1;
}

static bool open_hkdf(struct webpush_crypt *crypt)
{
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
    crypt->kdf = EVP_KDF_fetch(NULL, OSSL_KDF_NAME_HKDF, NULL);
    crypt->hkdf = crypt->kdf ? EVP_KDF_CTX_new(crypt->kdf) : NULL;
    return crypt->hkdf && EVP_KDF_CTX_set_params(crypt->hkdf, params) == 1;
}

static bool open_cipher(struct webpush_crypt *crypt)
{
    crypt->aes = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
    crypt->cipher = EVP_CIPHER_CTX_new();
    return crypt->aes && crypt->cipher;
}

struct webpush_crypt *webpush_crypt_new(TALLOC_CTX *ctx)
{
    struct webpush_crypt *crypt = mem_new(ctx, struct webpush_crypt);
    talloc_set_destructor(crypt, free_crypt);
    if (open_curve(crypt) && open_hkdf(crypt) && open_cipher(crypt))
        return crypt;
    mem_free(crypt);
    return NULL;
}

/* --- keys --------------------------------------------------------------------------------------------------------- */

struct bytes {
    const void *at;
    size_t n;
};

static bool hkdf(struct webpush_crypt *crypt, struct bytes salt, struct bytes key, struct bytes info, uint8_t *ret,
                 size_t n)
{
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)(uintptr_t)salt.at, salt.n),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)key.at, key.n),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)info.at, info.n),
        OSSL_PARAM_construct_end()};
    return EVP_KDF_derive(crypt->hkdf, ret, n, params) == 1;
}

/* The caller frees the key, whatever comes back. */
static enum webpush_sealing read_point(const struct webpush_crypt *crypt, const uint8_t point[WEBPUSH_POINT_BYTES],
                                       EVP_PKEY **ret_key)
{
    *ret_key = EVP_PKEY_new();
    if (!*ret_key || EVP_PKEY_copy_parameters(*ret_key, crypt->curve) != 1)
        return WEBPUSH_FAILED;
    return EVP_PKEY_set1_encoded_public_key(*ret_key, point, WEBPUSH_POINT_BYTES) == 1 ? WEBPUSH_SEALED
                                                                                       : WEBPUSH_NO_POINT;
}

/* That the point is on the curve was checked when it was read. P-256 has no other points than those of its group: the
 * check that OpenSSL makes beside would be a second multiplication for every message. */
static enum webpush_sealing agree(const struct webpush_crypt *crypt, EVP_PKEY *sender,
                                  const uint8_t point[WEBPUSH_POINT_BYTES], uint8_t ret_secret[SECRET_BYTES])
{
    size_t n = SECRET_BYTES;
    EVP_PKEY *peer = NULL;
    enum webpush_sealing read = read_point(crypt, point, &peer);
    EVP_PKEY_CTX *derive = read == WEBPUSH_SEALED ? EVP_PKEY_CTX_new_from_pkey(NULL, sender, NULL) : NULL;
    bool agreed = derive && EVP_PKEY_derive_init(derive) == 1 && EVP_PKEY_derive_set_peer_ex(derive, peer, 0) == 1 &&
                  EVP_PKEY_derive(derive, ret_secret, &n) == 1 && n == SECRET_BYTES;
    EVP_PKEY_CTX_free(derive);
    EVP_PKEY_free(peer);
    return read != WEBPUSH_SEALED || agreed ? read : WEBPUSH_FAILED;
}

/* Both points, after the word for what they serve. */
static bool mix(struct webpush_crypt *crypt, const struct webpush_keys *keys, const uint8_t own[WEBPUSH_POINT_BYTES],
                const uint8_t secret[SECRET_BYTES], uint8_t ret_ikm[SECRET_BYTES])
{
    static const char WORD[] = "WebPush: info"; /* with its zero */
    uint8_t info[sizeof WORD + 2 * WEBPUSH_POINT_BYTES];
    memcpy(info, WORD, sizeof WORD);
    memcpy(info + sizeof WORD, keys->p256dh, WEBPUSH_POINT_BYTES);
    memcpy(info + sizeof WORD + WEBPUSH_POINT_BYTES, own, WEBPUSH_POINT_BYTES);
    return hkdf(crypt, (struct bytes){keys->auth, WEBPUSH_AUTH_BYTES}, (struct bytes){secret, SECRET_BYTES},
                (struct bytes){info, sizeof info}, ret_ikm, SECRET_BYTES);
}

/* --- a message ---------------------------------------------------------------------------------------------------- */

static bool seal(struct webpush_crypt *crypt, const uint8_t salt[WEBPUSH_SALT_BYTES], const uint8_t ikm[SECRET_BYTES],
                 struct bytes text, uint8_t *ret)
{
    static const char KEY[] = "Content-Encoding: aes128gcm", NONCE[] = "Content-Encoding: nonce"; /* with their zeros */
    static const uint8_t END[] = {LAST_RECORD};
    uint8_t key[KEY_BYTES], nonce[NONCE_BYTES];
    const struct bytes salted = {salt, WEBPUSH_SALT_BYTES}, from = {ikm, SECRET_BYTES};
    int n = 0, last = 0, rest = 0;
    bool sealed = hkdf(crypt, salted, from, (struct bytes){KEY, sizeof KEY}, key, sizeof key) &&
                  hkdf(crypt, salted, from, (struct bytes){NONCE, sizeof NONCE}, nonce, sizeof nonce) &&
                  EVP_EncryptInit_ex2(crypt->cipher, crypt->aes, key, nonce, NULL) == 1 &&
                  EVP_EncryptUpdate(crypt->cipher, ret, &n, text.at, (int)text.n) == 1 &&
                  EVP_EncryptUpdate(crypt->cipher, ret + n, &last, END, sizeof END) == 1 &&
                  EVP_EncryptFinal_ex(crypt->cipher, ret + n + last, &rest) == 1 &&
                  EVP_CIPHER_CTX_ctrl(crypt->cipher, EVP_CTRL_AEAD_GET_TAG, SEAL_BYTES, ret + n + last + rest) == 1;
    sodium_memzero(key, sizeof key);
    return sealed;
}

static void write_header(const uint8_t salt[WEBPUSH_SALT_BYTES], const uint8_t own[WEBPUSH_POINT_BYTES], uint8_t *ret)
{
    static const uint8_t RECORD_SIZE_AND_POINT[] = {0, 0, WEBPUSH_BODY_BYTES >> 8, WEBPUSH_BODY_BYTES & 255,
                                                    WEBPUSH_POINT_BYTES};
    memcpy(ret, salt, WEBPUSH_SALT_BYTES);
    memcpy(ret + WEBPUSH_SALT_BYTES, RECORD_SIZE_AND_POINT, sizeof RECORD_SIZE_AND_POINT);
    memcpy(ret + WEBPUSH_SALT_BYTES + sizeof RECORD_SIZE_AND_POINT, own, WEBPUSH_POINT_BYTES);
}

enum webpush_sealing webpush_encrypt_as(struct webpush_crypt *crypt, const struct webpush_keys *keys, EVP_PKEY *sender,
                                        const uint8_t salt[WEBPUSH_SALT_BYTES], const void *text, size_t n,
                                        uint8_t ret_body[])
{
    uint8_t own[WEBPUSH_POINT_BYTES], secret[SECRET_BYTES], ikm[SECRET_BYTES];
    size_t own_bytes = 0;
    assert(n <= WEBPUSH_TEXT_BYTES);
    if (EVP_PKEY_get_octet_string_param(sender, OSSL_PKEY_PARAM_PUB_KEY, own, sizeof own, &own_bytes) != 1 ||
        own_bytes != sizeof own)
        return WEBPUSH_FAILED;
    enum webpush_sealing done = agree(crypt, sender, keys->p256dh, secret);
    if (done == WEBPUSH_SEALED && !(mix(crypt, keys, own, secret, ikm) &&
                                    seal(crypt, salt, ikm, (struct bytes){text, n}, ret_body + WEBPUSH_HEADER_BYTES)))
        done = WEBPUSH_FAILED;
    if (done == WEBPUSH_SEALED)
        write_header(salt, own, ret_body);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(ikm, sizeof ikm);
    return done;
}

enum webpush_sealing webpush_encrypt(struct webpush_crypt *crypt, const struct webpush_keys *keys, const void *text,
                                     size_t n, uint8_t ret_body[])
{
    uint8_t salt[WEBPUSH_SALT_BYTES];
    EVP_PKEY *sender = NULL;
    enum webpush_sealing done = WEBPUSH_FAILED;
    if (RAND_bytes(salt, sizeof salt) == 1 && EVP_PKEY_generate(crypt->keygen, &sender) == 1)
        done = webpush_encrypt_as(crypt, keys, sender, salt, text, n, ret_body);
    EVP_PKEY_free(sender);
    return done;
}
