/* push_web ours ORIGIN KEY_FILE   the provider's messages to browsers, sealed, signed, over HTTP/2 and a socket
 * push_web bare                   the cryptography of the same messages by OpenSSL alone, everything prepared once
 * Prints how many a second of this process' CPU makes. The push service that answers is another process. */
#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/config.h"
#include "common/base/mem.h"
#include "services/notification/provider/webpush.h"
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 500, CHUNKS = 12, TEXT_BYTES = 275, POINT_BYTES = 65 };
#define PATH "/webpush/dead-bench" /* checked as any other, answered 410, not kept */

static void must(bool truth, const char *what)
{
    if (truth)
        return;
    (void)fprintf(stderr, "%s failed\n", what);
    exit(EXIT_FAILURE);
}

static double cpu_s(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at); /* always there */
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void point_of(EVP_PKEY *key, uint8_t ret[POINT_BYTES])
{
    size_t n = 0;
    must(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, ret, POINT_BYTES, &n) == 1, "point");
}

/* --- ours --------------------------------------------------------------------------------------------------------- */

static void configure(const char *origin, const char *key_file)
{
    char path[] = "/tmp/sotay-push-web-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    must(file != NULL, "configuration");
    (void)fprintf(file, "webpush_key_file = %s\nwebpush_loopback = %s\n", key_file, origin);
    must(fclose(file) == 0 && !config_read(path, PROVIDER_WEBPUSH.keys, PROVIDER_WEBPUSH.n_keys), "configuration");
    (void)unlink(path);
}

static char *subscription(TALLOC_CTX *ctx, const char *origin)
{
    enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };
    uint8_t point[POINT_BYTES], auth[16] = {7};
    char point_text[sodium_base64_ENCODED_LEN(sizeof point, VARIANT)],
        auth_text[sodium_base64_ENCODED_LEN(sizeof auth, VARIANT)];
    EVP_PKEY *key = EVP_EC_gen("P-256");
    point_of(key, point);
    EVP_PKEY_free(key);
    sodium_bin2base64(point_text, sizeof point_text, point, sizeof point, VARIANT);
    sodium_bin2base64(auth_text, sizeof auth_text, auth, sizeof auth, VARIANT);
    return mem_printf(ctx, "{\"endpoint\":\"%s" PATH "\",\"keys\":{\"p256dh\":\"%s\",\"auth\":\"%s\"}}", origin,
                      point_text, auth_text);
}

static void send_chunk(void *loaded, const char *token)
{
    TALLOC_CTX *ctx = mem_context(NULL, "chunk");
    struct push_message *messages = mem_array(ctx, struct push_message, CHUNK);
    for (size_t i = 0; i < CHUNK; i++)
        messages[i] = (struct push_message){.notification = {{(uint8_t)i, (uint8_t)(i >> 8)}},
                                            .kind = "meeting_scheduled",
                                            .url = "/app/hop/0190f3a2-0000-7000-8000-000000000001",
                                            .title = "Sổ tay",
                                            .body = "Sổ tay: có thông báo mới",
                                            .token = token,
                                            .expires_at_us = CLOCK_DAY_US};
    must(!PROVIDER_WEBPUSH.send(loaded, ctx, 0, clock_monotonic_us() + CLOCK_MINUTE_US, messages, CHUNK), "send");
    for (size_t i = 0; i < CHUNK; i++)
        must(messages[i].answer.status == 410, "an answer");
    mem_free(ctx);
}

static double ours(const char *origin, const char *key_file)
{
    TALLOC_CTX *ctx = mem_context(NULL, "ours");
    void *loaded = NULL;
    configure(origin, key_file);
    must(!PROVIDER_WEBPUSH.load(ctx, &loaded), "load");
    const char *token = subscription(ctx, origin);
    send_chunk(loaded, token); /* connections, the signature */
    double began_s = cpu_s();
    for (int i = 0; i < CHUNKS; i++)
        send_chunk(loaded, token);
    double took_s = cpu_s() - began_s;
    PROVIDER_WEBPUSH.unload(loaded);
    mem_free(ctx);
    return CHUNK * CHUNKS / took_s;
}

/* --- bare --------------------------------------------------------------------------------------------------------- */

static EVP_KDF_CTX *kdf;
static EVP_CIPHER *aes;
static EVP_CIPHER_CTX *cipher;

static void derive(const void *salt, const void *key, size_t key_bytes, const void *info, size_t info_bytes,
                   uint8_t *ret, size_t n)
{
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)(uintptr_t)salt, 16),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)key, key_bytes),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)info, info_bytes),
        OSSL_PARAM_construct_end()};
    must(EVP_KDF_derive(kdf, ret, n, params) == 1, "HKDF");
}

/* RFC 8291 for one message: a new key pair, its agreement with the browser's point, three HKDF, AES-128-GCM. */
static void seal(EVP_PKEY_CTX *maker, EVP_PKEY *curve, const uint8_t theirs[POINT_BYTES], const uint8_t auth[16])
{
    uint8_t salt[16], secret[32], ikm[32], key[16], nonce[12], tag[16], info[14 + 2 * POINT_BYTES] = "WebPush: info";
    uint8_t text[TEXT_BYTES] = {0}, sealed[TEXT_BYTES];
    size_t n = sizeof secret;
    int written = 0, last = 0;
    EVP_PKEY *own = NULL, *peer = EVP_PKEY_new();
    must(RAND_bytes(salt, sizeof salt) == 1 && EVP_PKEY_generate(maker, &own) == 1, "a key pair");
    must(EVP_PKEY_copy_parameters(peer, curve) == 1 && EVP_PKEY_set1_encoded_public_key(peer, theirs, POINT_BYTES) == 1,
         "their point");
    EVP_PKEY_CTX *agree = EVP_PKEY_CTX_new_from_pkey(NULL, own, NULL);
    must(EVP_PKEY_derive_init(agree) == 1 && EVP_PKEY_derive_set_peer_ex(agree, peer, 0) == 1 &&
             EVP_PKEY_derive(agree, secret, &n) == 1,
         "ECDH");
    memcpy(info + 14, theirs, POINT_BYTES);
    point_of(own, info + 14 + POINT_BYTES);
    derive(auth, secret, sizeof secret, info, sizeof info, ikm, sizeof ikm);
    derive(salt, ikm, sizeof ikm, "Content-Encoding: aes128gcm", 28, key, sizeof key);
    derive(salt, ikm, sizeof ikm, "Content-Encoding: nonce", 24, nonce, sizeof nonce);
    must(EVP_EncryptInit_ex2(cipher, aes, key, nonce, NULL) == 1 &&
             EVP_EncryptUpdate(cipher, sealed, &written, text, sizeof text) == 1 &&
             EVP_EncryptFinal_ex(cipher, sealed + written, &last) == 1 &&
             EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, sizeof tag, tag) == 1,
         "AES-GCM");
    EVP_PKEY_CTX_free(agree);
    EVP_PKEY_free(peer);
    EVP_PKEY_free(own);
}

static double bare(void)
{
    uint8_t theirs[POINT_BYTES];
    const uint8_t auth[16] = {7};
    EVP_PKEY *browser = EVP_EC_gen("P-256");
    EVP_KDF *hkdf = EVP_KDF_fetch(NULL, OSSL_KDF_NAME_HKDF, NULL);
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_pkey(NULL, browser, NULL);
    kdf = EVP_KDF_CTX_new(hkdf);
    aes = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
    cipher = EVP_CIPHER_CTX_new();
    must(maker && kdf && aes && cipher && EVP_PKEY_keygen_init(maker) == 1, "OpenSSL");
    point_of(browser, theirs);
    seal(maker, browser, theirs, auth);
    double began_s = cpu_s();
    for (int i = 0; i < CHUNK * CHUNKS; i++)
        seal(maker, browser, theirs, auth);
    double took_s = cpu_s() - began_s;
    EVP_CIPHER_CTX_free(cipher);
    EVP_CIPHER_free(aes);
    EVP_KDF_CTX_free(kdf);
    EVP_KDF_free(hkdf);
    EVP_PKEY_CTX_free(maker);
    EVP_PKEY_free(browser);
    return CHUNK * CHUNKS / took_s;
}

int main(int argc, char **argv)
{
    bool is_ours = argc == 4 && strcmp(argv[1], "ours") == 0, is_bare = argc == 2 && strcmp(argv[1], "bare") == 0;
    must((is_ours || is_bare) && sodium_init() >= 0, "start");
    printf("%.0f\n", is_ours ? ours(argv[2], argv[3]) : bare());
    return EXIT_SUCCESS;
}
