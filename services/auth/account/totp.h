/* The second factor: TOTP (RFC 6238, SHA-1, 6 digits, 30 s), one step early or late, by liboath. Secrets are kept as
 * | nonce 24 | crypto_secretbox of the secret |. Any thread, after totp_init. */
#ifndef SOTAY_AUTH_TOTP_H
#define SOTAY_AUTH_TOTP_H

#include "common/base/err.h"
#include "services/auth/session/keys.h"
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

MUST_CHECK enum err totp_init(void);

/* Encrypts a secret given in base32, as otpauth:// links carry it. ERR_FIELD_FORMAT. */
MUST_CHECK enum err totp_seal(TALLOC_CTX *ctx, const struct keys *keys, const char *base32,
                              ProtobufCBinaryData *ret_sealed);

/* A new random secret, sealed, and in base32 for the link that the authenticator reads; both owned by ctx. */
MUST_CHECK enum err totp_new(TALLOC_CTX *ctx, const struct keys *keys, ProtobufCBinaryData *ret_sealed,
                             char **ret_base32);

/* Finds the step whose code `otp` is. ERR_OTP_INVALID: none of the three; ERR_INTERNAL: the secret was sealed by
 * another key. */
MUST_CHECK enum err totp_find_step(const struct keys *keys, ProtobufCBinaryData sealed, const char *otp, int64_t now_us,
                                   int64_t *ret_step);

bool totp_is_code(const char *otp); /* six digits; else it may be a recovery code */

#endif
