#include "services/auth/account/recovery.h"

#include "common/base/clock.h"
#include "services/auth/account/account_store.h"
#include "services/auth/account/typed.h"

static void hash_code(const char *code, uint8_t ret_hash[TOKEN_HASH_BYTES])
{
    token_subject_hash(keys_current(), 2, (const char *const[]){"recovery", code}, ret_hash);
}

enum err recovery_use(struct query *query, const struct uuid *member, const char *code)
{
    uint8_t hash[TOKEN_HASH_BYTES];
    bool used = false;
    hash_code(code, hash);
    enum err err = account_store_use_recovery_code(query->pg, query->ctx, member, hash, clock_now_us(), &used);
    if (err)
        return err;
    return used ? ERR_OK : ERR_OTP_INVALID;
}

void recovery_make_queue(struct query *query, const struct uuid *member, char *ret_codes[RECOVERY_CODES])
{
    account_store_forget_recovery_codes_queue(query->pg, query->ctx, member);
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        uint8_t hash[TOKEN_HASH_BYTES];
        char *code = typed_code_new(query->ctx, RECOVERY_CHARACTERS);
        hash_code(code, hash);
        account_store_add_recovery_code_queue(query->pg, query->ctx, member, hash);
        ret_codes[i] = typed_code_grouped(query->ctx, code, 5);
    }
}
