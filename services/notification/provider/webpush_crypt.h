/* Encryption of Web Push messages (RFC 8291: aes128gcm of RFC 8188 under a key that only the browser and the sender of
 * this one message can make). One thread. */
#ifndef SOTAY_NOTIFICATION_WEBPUSH_CRYPT_H
#define SOTAY_NOTIFICATION_WEBPUSH_CRYPT_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

enum {
    WEBPUSH_POINT_BYTES = 65, /* of P-256, uncompressed */
    WEBPUSH_AUTH_BYTES = 16,
    WEBPUSH_SALT_BYTES = 16,
    WEBPUSH_HEADER_BYTES = WEBPUSH_SALT_BYTES + 4 + 1 + WEBPUSH_POINT_BYTES,
    WEBPUSH_OVERHEAD_BYTES = WEBPUSH_HEADER_BYTES + 1 + 16, /* with the delimiter and the tag */
    WEBPUSH_BODY_BYTES = 4096,                              /* what every push service takes (RFC 8030, 7.2) */
    WEBPUSH_TEXT_BYTES = WEBPUSH_BODY_BYTES - WEBPUSH_OVERHEAD_BYTES,
};

/* A browser's own: its point and its secret. */
struct webpush_keys {
    uint8_t p256dh[WEBPUSH_POINT_BYTES], auth[WEBPUSH_AUTH_BYTES];
};

struct webpush_crypt; /* what every message needs of OpenSSL, made once */
/* NULL: this OpenSSL has not what it takes. */
struct webpush_crypt *webpush_crypt_new(TALLOC_CTX *ctx);

enum webpush_sealing {
    WEBPUSH_SEALED,
    WEBPUSH_NO_POINT, /* p256dh is no point of the curve: nobody can write to this browser */
    WEBPUSH_FAILED    /* OpenSSL had no random bytes, no memory …: it says nothing of the browser */
};

/* Writes n + WEBPUSH_OVERHEAD_BYTES to ret_body, under a new key pair and salt. n is at most WEBPUSH_TEXT_BYTES. */
enum webpush_sealing webpush_encrypt(struct webpush_crypt *crypt, const struct webpush_keys *keys, const void *text,
                                     size_t n, uint8_t ret_body[]);

/* The same under this key pair and salt, which serve no second message. */
enum webpush_sealing webpush_encrypt_as(struct webpush_crypt *crypt, const struct webpush_keys *keys, EVP_PKEY *sender,
                                        const uint8_t salt[WEBPUSH_SALT_BYTES], const void *text, size_t n,
                                        uint8_t ret_body[]);

#endif
