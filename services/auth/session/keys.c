#include "services/auth/session/keys.h"

#include "common/base/log.h"
#include <assert.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static_assert(KEY_BYTES == crypto_auth_KEYBYTES, "HMAC-SHA-512-256");

static void find_signing_id(struct keys *keys)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, keys->signing, sizeof keys->signing);
    memcpy(keys->signing_id, hash, sizeof keys->signing_id);
}

static enum err read_master(const char *hex, struct keys *keys)
{
    uint8_t master[crypto_kdf_KEYBYTES];
    size_t bytes = 0;
    const char *end = hex;
    if (hex)
        (void)sodium_hex2bin(master, sizeof master, hex, strlen(hex), NULL, &bytes, &end);
    if (bytes != sizeof master || *end) {
        log_error("config", "key=totp_key_file detail=\"wants 32 bytes in hex\"");
        return ERR_CONFIG;
    }
    crypto_kdf_derive_from_key(keys->totp, KEY_BYTES, 1, "sotayotp", master);
    crypto_kdf_derive_from_key(keys->refresh, KEY_BYTES, 2, "sotayref", master);
    crypto_kdf_derive_from_key(keys->subject, KEY_BYTES, 3, "sotaysub", master);
    crypto_kdf_derive_from_key(keys->signing, KEY_BYTES, 4, "sotaysig", master);
    find_signing_id(keys);
    sodium_memzero(master, sizeof master);
    return ERR_OK;
}

static bool read_pem(const char *path, struct keys *keys)
{
    FILE *file = path ? fopen(path, "re") : NULL;
    if (!file)
        return false;
    keys->pem_bytes = (int)fread(keys->pem, 1, sizeof keys->pem, file);
    (void)fclose(file); /* read only: nothing can be lost */
    return keys->pem_bytes > 0 && keys->pem_bytes < PEM_BYTES;
}

static bool find_key_id(struct keys *keys)
{
    unsigned char *der = NULL, digest[EVP_MAX_MD_SIZE];
    BIO *bio = BIO_new_mem_buf(keys->pem, keys->pem_bytes);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
    int bytes = key && EVP_PKEY_base_id(key) == EVP_PKEY_EC ? i2d_PUBKEY(key, &der) : 0;
    bool found = bytes > 0 && EVP_Digest(der, (size_t)bytes, digest, NULL, EVP_sha256(), NULL);
    if (found)
        sodium_bin2hex(keys->key_id, sizeof keys->key_id, digest, 16);
    OPENSSL_free(der);
    EVP_PKEY_free(key);
    BIO_free(bio);
    return found;
}

static enum err read_keys(const struct keys_config *config, struct keys *ret_keys)
{
    if (sodium_init() < 0)
        return ERR_CONFIG;
    enum err err = read_master(config->totp_key, ret_keys);
    if (err)
        return err;
    if (read_pem(config->token_private_key_file, ret_keys) && find_key_id(ret_keys))
        return ERR_OK;
    log_error("config", "key=token_private_key_file detail=\"no private key of an elliptic curve in PEM\"");
    return ERR_CONFIG;
}

struct keys_config keys_config;
static struct keys current;

enum err keys_open(void)
{
    return read_keys(&keys_config, &current);
}

const struct keys *keys_current(void)
{
    return &current;
}
