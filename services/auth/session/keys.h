/* The secrets of auth, and what is made from them. Read once at start, then constant: any thread.
 *
 *   totp_key_file (32 bytes in hex, the master) ─▶ key of TOTP secrets · of stored refresh tokens, and one that signs
 *                                                   them · of recovery codes and throttled subjects
 *   token_private_key_file (PEM, EC P-256)      ─▶ signs access tokens; its public half gives the key id */
#ifndef SOTAY_AUTH_KEYS_H
#define SOTAY_AUTH_KEYS_H

#include "common/base/err.h"
#include <stdint.h>
#include <talloc.h>

enum { KEY_BYTES = 32, SIGNING_ID_BYTES = 8, KEY_ID_BYTES = 33, PEM_BYTES = 4096 };

struct keys {
    uint8_t totp[KEY_BYTES];
    uint8_t refresh[KEY_BYTES];
    uint8_t signing[KEY_BYTES], signing_id[SIGNING_ID_BYTES]; /* of refresh tokens; the id is a hash of the key */
    uint8_t subject[KEY_BYTES];                               /* recovery codes, throttled subjects */
    unsigned char pem[PEM_BYTES];                             /* the private key */
    int pem_bytes;
    char key_id[KEY_ID_BYTES]; /* hex of the first 16 bytes of SHA-256 over the public key's SubjectPublicKeyInfo */
};

struct keys_config {
    const char *token_private_key_file; /* a path */
    const char *totp_key;               /* the master itself, in hex */
};
extern struct keys_config keys_config; /* set once, when the configuration is read */

/* Reads the process's keys. ERR_CONFIG after a log line that names the key at fault, never its value. */
MUST_CHECK enum err keys_open(void);
const struct keys *keys_current(void); /* constant after keys_open */

#endif
