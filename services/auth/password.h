/* Argon2id (19 MiB, t=2, p=1) in a bounded pool of its own: a hash takes 23 ms and 19 MiB, so only so many run at once,
 * and who finds the queue full is told to come again (ERR_OVERLOADED). Blocks its caller: query workers only, never an
 * I/O thread. */
#ifndef SOTAY_AUTH_PASSWORD_H
#define SOTAY_AUTH_PASSWORD_H

#include "common/base/err.h"
#include "common/base/workers.h"
#include <stdbool.h>

#define PASSWORD_HASH_BYTES 128 /* crypto_pwhash_STRBYTES */

MUST_CHECK enum err password_pool_start(TALLOC_CTX *ctx, unsigned threads, unsigned queue_limit,
                                        struct workers **ret_pool);

/* `hash` NULL: nobody's; takes as long and does not match. */
MUST_CHECK enum err password_verify(struct workers *pool, const char *hash, const char *password, bool *ret_matches);

/* On the caller's own thread: commands and seeds. */
MUST_CHECK enum err password_hash(const char *password, char ret_hash[PASSWORD_HASH_BYTES]);

#endif
