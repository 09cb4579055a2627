/* SQL of accounts. Tables: account, recovery_code (002_access.sql). Functions named …_queue only queue on the
 * connection's pipeline: the caller flushes. The others make their round trip. Results are owned by `ctx`; one thread
 * for each connection. */
#ifndef SOTAY_AUTH_ACCOUNT_STORE_H
#define SOTAY_AUTH_ACCOUNT_STORE_H

#include "common/pg/pg.h"
#include "services/auth/session/token.h"

struct account {
    bool found; /* a member who may sign in */
    struct uuid member;
    char *password_hash;             /* NULL: the member has no account */
    ProtobufCBinaryData totp_secret; /* empty: no second factor */
    bool activated;
    uint32_t generation;
    bool known_device; /* this device had a session of this member before */
};
/* `device_id` may be NULL. */
MUST_CHECK enum err account_store_find(struct pg *pg, TALLOC_CTX *ctx, const char *card_number, const char *device_id,
                                       struct account *ret_account);
/* Uses up a recovery code, in a transaction of its own. False: there is no such unused code. */
MUST_CHECK enum err account_store_use_recovery_code(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                                    const uint8_t hash[TOKEN_HASH_BYTES], int64_t now_us,
                                                    bool *ret_used);
/* Makes its round trip. False: it was activated before. */
MUST_CHECK enum err account_store_activate(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, int64_t now_us,
                                           bool *ret_first);

/* What somebody proved, outside of any transaction. */
struct account_proof {
    struct uuid member;
    const char *password_hash;
    ProtobufCBinaryData totp_secret; /* empty: there was no second factor */
};
/* In the caller's transaction: sign-ins and changes of one account come one after the other. False: its password or its
 * second factor is another one by now. */
MUST_CHECK enum err account_store_hold(struct pg *pg, TALLOC_CTX *ctx, const struct account_proof *proof,
                                       bool *ret_holds);

/* One's own, as a signed-in session asks for it. */
struct own_account {
    struct uuid member, session, branch;
    const char *card_number;
    const char *password_hash;        /* NULL: there is none */
    ProtobufCBinaryData totp_secret;  /* empty: no second factor */
    ProtobufCBinaryData totp_pending; /* empty: none was shown that is not confirmed */
    bool needs_second_factor;         /* an officer or administrator */
    bool suspended;                   /* his account is his; what he held gives him nothing */
};
/* *ret_found: the session lives, and is the member's, who has not left. */
MUST_CHECK enum err account_store_own(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                      const struct uuid *session, bool *ret_found, struct own_account *ret_own);

/* A second factor that is shown, in place of one that was; and one that is gone. */
void account_store_pend_totp_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                   ProtobufCBinaryData sealed);
void account_store_remove_totp_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member);
/* The pending secret `sealed` comes into use. Makes its round trip. False: another one is pending. */
MUST_CHECK enum err account_store_confirm_totp(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                               ProtobufCBinaryData sealed, bool *ret_taken);
void account_store_forget_recovery_codes_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member);
void account_store_add_recovery_code_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                           const uint8_t hash[TOKEN_HASH_BYTES]);

/* Sets or replaces the password of a member. */
void account_store_set_password_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, const char *hash,
                                      int64_t now_us);

#endif
