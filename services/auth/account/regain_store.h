/* SQL of recoveries. Table: recovery (010_privacy.sql). Functions named …_queue only queue on the connection's
 * pipeline: the caller flushes. The others make their round trip. One thread for each connection. */
#ifndef SOTAY_AUTH_REGAIN_STORE_H
#define SOTAY_AUTH_REGAIN_STORE_H

#include "common/pg/pg.h"
#include "services/auth/account/regain.h"

struct regain_subject {
    bool found; /* a member who has not left */
    struct uuid branch;
    bool activated, has_live_session;
    bool returned;   /* he had left once, and all that was his had ended */
    bool has_newest; /* the recovery that was asked for last */
    struct regain newest;
};
/* In a transaction: recoveries of one account come one after the other. */
void regain_store_lock_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member);
/* A session lives if it was used after `idle_before_us`. */
MUST_CHECK enum err regain_store_find(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, int64_t idle_before_us,
                                      struct regain_subject *ret_subject);
void regain_store_add_queue(struct pg *pg, TALLOC_CTX *ctx, const struct regain *regain, const struct uuid *asked_by,
                            const char *reason);
/* The member objects to the one that is waiting. False: there is none. */
MUST_CHECK enum err regain_store_object(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, int64_t now_us,
                                        bool *ret_objected);
/* Uses it up, in the caller's transaction. False: it was used or objected to meanwhile. */
MUST_CHECK enum err regain_store_use(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, int64_t now_us,
                                     bool *ret_used);
/* Whether nobody has signed in since this device (NULL: one that did not say its id). */
MUST_CHECK enum err regain_store_is_last_device(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                                const char *device_id, bool *ret_is);

#endif
