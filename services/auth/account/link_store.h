/* SQL of link codes. Table: link_code (009_second_device.sql). Functions named …_queue only queue: the caller
 * flushes. The others make their round trip. One thread for each connection. */
#ifndef SOTAY_AUTH_LINK_STORE_H
#define SOTAY_AUTH_LINK_STORE_H

#include "common/pg/pg.h"
#include "services/auth/session/token.h"

/* A new code in place of the member's old one. */
MUST_CHECK enum err link_store_put(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                   const struct uuid *session, const uint8_t hash[TOKEN_HASH_BYTES],
                                   int64_t expires_at_us);
struct linked {
    bool found;
    struct uuid member;
    uint32_t generation;
};
/* Uses a code up, in the caller's transaction. Not found: there is none, its time is over, the session that asked for
 * it has ended, or its member has left. */
MUST_CHECK enum err link_store_use(struct pg *pg, TALLOC_CTX *ctx, const uint8_t hash[TOKEN_HASH_BYTES], int64_t now_us,
                                   struct linked *ret_linked);
/* A member's code, used or not, is gone. A sign-in by it that is not committed yet is waited for. */
void link_store_forget_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member);

#endif
