/* SQL of activation codes. Table: activation_code (008_activation.sql). Each function makes its round trip. Results are
 * owned by `ctx`; one thread for each connection. */
#ifndef SOTAY_AUTH_ACTIVATION_STORE_H
#define SOTAY_AUTH_ACTIVATION_STORE_H

#include "common/pg/pg.h"
#include "services/auth/session/token.h"
#include "sotay/v1/auth.pb-c.h"

struct activation {
    bool found; /* a member who has not left */
    struct uuid member;
    char *full_name;
    Pb__BranchRef *branch;
    uint32_t generation;
    bool activated;                /* the account, by this code or otherwise */
    ProtobufCBinaryData code_hash; /* empty: no letter was ever made */
    int64_t expires_at_us;
    bool used;
};
MUST_CHECK enum err activation_store_find(struct pg *pg, TALLOC_CTX *ctx, const char *card_number,
                                          struct activation *ret_activation);
/* New codes in place of the members' old ones, or only of those that have expired: a statement that takes many, whose
 * rows are the members that have got theirs; one `_add` for each, then pg_queue. */
struct pg_args *activation_store_codes(TALLOC_CTX *ctx, bool even_if_live);
void activation_store_codes_add(struct pg_args *args, const struct uuid *member, const uint8_t hash[TOKEN_HASH_BYTES],
                                int64_t now_us, int64_t expires_at_us);
/* One. */
MUST_CHECK enum err activation_store_put(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                         const uint8_t hash[TOKEN_HASH_BYTES], int64_t now_us, int64_t expires_at_us);
/* Uses the code up, in the caller's transaction. False: it was used or replaced meanwhile, or the account is
 * activated. */
MUST_CHECK enum err activation_store_use(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                         const uint8_t hash[TOKEN_HASH_BYTES], int64_t now_us, bool *ret_used);

#endif
