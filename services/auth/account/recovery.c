#include "services/auth/account/recovery.h"

#include "common/base/clock.h"
#include "services/auth/account/account_store.h"

enum err recovery_use(struct query *query, const struct uuid *member, const char *code)
{
    uint8_t hash[TOKEN_HASH_BYTES];
    bool used = false;
    token_subject_hash(keys_current(), 2, (const char *const[]){"recovery", code}, hash);
    enum err err = account_store_use_recovery_code(query->pg, query->ctx, member, hash, clock_now_us(), &used);
    if (err)
        return err;
    return used ? ERR_OK : ERR_OTP_INVALID;
}
