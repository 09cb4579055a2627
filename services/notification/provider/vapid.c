#include "services/notification/provider/vapid.h"

#include "common/base/log.h"
#include "common/base/mem.h"
#include <jwt.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PEM_BYTES = 4096, POINT_BYTES = 65 };

struct vapid {
    const char *contact;
    uint8_t pem[PEM_BYTES];
    int pem_bytes;
    char public_key[sodium_base64_ENCODED_LEN(POINT_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
};

static bool read_pem(const char *path, struct vapid *vapid)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    vapid->pem_bytes = (int)fread(vapid->pem, 1, sizeof vapid->pem, file);
    (void)fclose(file); /* read only: nothing can be lost */
    return vapid->pem_bytes > 0 && vapid->pem_bytes < PEM_BYTES;
}

static bool is_p256(const EVP_PKEY *key)
{
    char group[32] = "";
    return EVP_PKEY_get_group_name(key, group, sizeof group, NULL) == 1 && strcmp(group, "prime256v1") == 0;
}

static bool find_public_key(struct vapid *vapid)
{
    uint8_t point[POINT_BYTES];
    size_t n = 0;
    BIO *bio = BIO_new_mem_buf(vapid->pem, vapid->pem_bytes);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
    bool found = key && is_p256(key) &&
                 EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &n) == 1 &&
                 n == sizeof point;
    if (found)
        sodium_bin2base64(vapid->public_key, sizeof vapid->public_key, point, sizeof point,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    EVP_PKEY_free(key);
    BIO_free(bio);
    return found;
}

static int wipe(struct vapid *vapid)
{
    sodium_memzero(vapid->pem, sizeof vapid->pem);
    return 0;
}

enum err vapid_new(TALLOC_CTX *ctx, const char *key_file, const char *contact, struct vapid **ret_vapid)
{
    struct vapid *vapid = mem_new(ctx, struct vapid);
    talloc_set_destructor(vapid, wipe);
    vapid->contact = mem_text(vapid, contact);
    if (read_pem(key_file, vapid) && find_public_key(vapid)) {
        *ret_vapid = vapid;
        return ERR_OK;
    }
    log_error("config", "key=webpush_key_file detail=\"no private key of P-256 in PEM\"");
    mem_free(vapid);
    return ERR_CONFIG;
}

const char *vapid_public_key(const struct vapid *vapid)
{
    return vapid->public_key;
}

static int add_claims(jwt_t *jwt, const struct vapid *vapid, const char *origin, int64_t now_s)
{
    int failed = jwt_add_grant(jwt, "aud", origin) | jwt_add_grant_int(jwt, "exp", (long)now_s + VAPID_LIFETIME_S);
    return failed | (*vapid->contact ? jwt_add_grant(jwt, "sub", vapid->contact) : 0);
}

char *vapid_authorization(TALLOC_CTX *ctx, const struct vapid *vapid, const char *origin, int64_t now_s)
{
    jwt_t *jwt = NULL;
    char *token = NULL, *field = NULL;
    if (jwt_new(&jwt))
        return NULL;
    if (!jwt_set_alg(jwt, JWT_ALG_ES256, vapid->pem, vapid->pem_bytes) && !add_claims(jwt, vapid, origin, now_s))
        token = jwt_encode_str(jwt);
    if (token)
        field = mem_printf(ctx, "vapid t=%s, k=%s", token, vapid->public_key);
    free(token);
    jwt_free(jwt);
    return field;
}
