#include "services/auth/account/totp.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <liboath/oath.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { NEW_SECRET_BYTES = 20 /* RFC 4226 */, SECRET_BYTES = 64, STEP_S = 30, WINDOW = 1 };

enum err totp_init(void)
{
    return oath_init() == OATH_OK ? ERR_OK : ERR_CONFIG;
}

bool totp_is_code(const char *otp)
{
    return strlen(otp) == 6 && strspn(otp, "0123456789") == 6;
}

static ProtobufCBinaryData seal(TALLOC_CTX *ctx, const struct keys *keys, const char *secret, size_t n)
{
    size_t bytes = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + n;
    uint8_t *sealed = mem_array(ctx, uint8_t, bytes);
    randombytes_buf(sealed, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(sealed + crypto_secretbox_NONCEBYTES, (const uint8_t *)secret, n, sealed, keys->totp);
    return (ProtobufCBinaryData){.data = sealed, .len = bytes};
}

enum err totp_seal(TALLOC_CTX *ctx, const struct keys *keys, const char *base32, ProtobufCBinaryData *ret_sealed)
{
    char *secret = NULL;
    size_t n = 0;
    if (oath_base32_decode(base32, strlen(base32), &secret, &n) != OATH_OK)
        return ERR_FIELD_FORMAT;
    enum err err = n < 10 || n > SECRET_BYTES ? ERR_FIELD_FORMAT : ERR_OK;
    if (!err)
        *ret_sealed = seal(ctx, keys, secret, n);
    sodium_memzero(secret, n);
    free(secret);
    return err;
}

enum err totp_new(TALLOC_CTX *ctx, const struct keys *keys, ProtobufCBinaryData *ret_sealed, char **ret_base32)
{
    char secret[NEW_SECRET_BYTES], *base32 = NULL;
    size_t n = 0;
    randombytes_buf(secret, sizeof secret);
    if (oath_base32_encode(secret, sizeof secret, &base32, &n) != OATH_OK)
        return ERR_OVERLOADED; /* only memory can be missing */
    *ret_sealed = seal(ctx, keys, secret, sizeof secret);
    *ret_base32 = mem_text(ctx, base32);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(base32, n);
    free(base32);
    return ERR_OK;
}

static bool unseal(const struct keys *keys, ProtobufCBinaryData sealed, char secret[SECRET_BYTES], size_t *ret_n)
{
    const size_t around = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    if (sealed.len <= around || sealed.len > around + SECRET_BYTES)
        return false;
    *ret_n = sealed.len - around;
    return crypto_secretbox_open_easy((uint8_t *)secret, sealed.data + crypto_secretbox_NONCEBYTES,
                                      sealed.len - crypto_secretbox_NONCEBYTES, sealed.data, keys->totp) == 0;
}

enum err totp_find_step(const struct keys *keys, ProtobufCBinaryData sealed, const char *otp, int64_t now_us,
                        int64_t *ret_step)
{
    char secret[SECRET_BYTES];
    size_t n;
    uint64_t step = 0;
    if (!unseal(keys, sealed, secret, &n)) {
        log_error("totp_secret", "detail=\"sealed by another key\"");
        return ERR_INTERNAL;
    }
    time_t now_s = (time_t)(now_us / CLOCK_SECOND_US);
    int found = oath_totp_validate3(secret, n, now_s, STEP_S, OATH_TOTP_DEFAULT_START_TIME, WINDOW, NULL, &step, otp);
    sodium_memzero(secret, sizeof secret);
    if (found < 0)
        return ERR_OTP_INVALID;
    *ret_step = (int64_t)step;
    return ERR_OK;
}
