/* Argon2id (19 MiB, t=2, p=1) in a bounded pool of its own: a hash takes 23 ms and 19 MiB, so only so many run at once,
 * and who finds the queue full is asked to come again (ERR_OVERLOADED). Blocks its caller: query workers only, never an
 * I/O thread. One pool for each process. */
#ifndef SOTAY_AUTH_PASSWORD_H
#define SOTAY_AUTH_PASSWORD_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stdint.h>

#define PASSWORD_HASH_BYTES 128 /* crypto_pwhash_STRBYTES */

struct password_config {
    int64_t threads, queue_limit;
};
extern struct password_config password_config; /* set once, when the configuration is read */

/* Once, before the first password_verify and password_make. */
MUST_CHECK enum err password_pool_start(void);
void password_pool_stop(void);

/* `hash` NULL: the member has no account; takes as long as any other and does not match. */
MUST_CHECK enum err password_verify(const char *hash, const char *password, bool *ret_matches);

/* The hash of a new password, made in the pool. */
MUST_CHECK enum err password_make(const char *password, char ret_hash[PASSWORD_HASH_BYTES]);

/* On the caller's own thread, for commands of the command line: ERR_OVERLOADED when there is no memory. */
MUST_CHECK enum err password_hash(const char *password, char ret_hash[PASSWORD_HASH_BYTES]);

#endif
