/* SQL of throttled sign-ins. Table: login_throttle (002_access.sql). A subject is a keyed hash of who tries what from
 * where. One thread for each connection. */
#ifndef SOTAY_AUTH_THROTTLE_STORE_H
#define SOTAY_AUTH_THROTTLE_STORE_H

#include "common/pg/pg.h"
#include "services/auth/account/throttle.h"
#include "services/auth/session/token.h"

struct throttle_subjects {
    uint8_t hashes[THROTTLE_COUNT][TOKEN_HASH_BYTES];
};
/* Opens a transaction, which the caller ends, and locks the three counters in it. */
MUST_CHECK enum err throttle_store_begin(struct pg *pg, TALLOC_CTX *ctx, const struct throttle_subjects *subjects,
                                         struct throttle_attempts *ret_attempts);
/* Writes the counters and commits. */
MUST_CHECK enum err throttle_store_end(struct pg *pg, TALLOC_CTX *ctx, const struct throttle_subjects *subjects,
                                       const struct throttle_attempts *attempts);
/* After a success, in the caller's transaction, last: the address's counter is everybody's. This attempt counts
 * nowhere. */
void throttle_store_clear_queue(struct pg *pg, TALLOC_CTX *ctx, const struct throttle_subjects *subjects);

#endif
