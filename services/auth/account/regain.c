#include "services/auth/account/regain.h"

#include "common/base/mem.h"
#include "services/auth/account/typed.h"
#include "services/auth/session/token.h"
#include <sodium.h>
#include <string.h>

struct regain regain_new(const struct uuid *id, const struct uuid *member, bool has_live_session, int64_t now_us)
{
    int64_t ready_at_us = has_live_session ? now_us + REGAIN_WAITS_US : now_us;
    return (struct regain){.id = *id,
                           .member = *member,
                           .created_at_us = now_us,
                           .ready_at_us = ready_at_us,
                           .expires_at_us = ready_at_us + REGAIN_LIFE_US};
}

Pb__RecoveryState regain_state(const struct regain *regain, int64_t now_us)
{
    if (regain->used)
        return PB__RECOVERY_STATE__RECOVERY_STATE_USED;
    if (regain->objected)
        return PB__RECOVERY_STATE__RECOVERY_STATE_OBJECTED;
    if (now_us < regain->ready_at_us)
        return PB__RECOVERY_STATE__RECOVERY_STATE_WAITING;
    return now_us < regain->expires_at_us ? PB__RECOVERY_STATE__RECOVERY_STATE_READY
                                          : PB__RECOVERY_STATE__RECOVERY_STATE_EXPIRED;
}

bool regain_is_open(const struct regain *regain, int64_t now_us)
{
    Pb__RecoveryState state = regain_state(regain, now_us);
    return state == PB__RECOVERY_STATE__RECOVERY_STATE_WAITING || state == PB__RECOVERY_STATE__RECOVERY_STATE_READY;
}

char *regain_code(TALLOC_CTX *ctx, const struct keys *keys, const struct regain *regain)
{
    uint8_t hash[TOKEN_HASH_BYTES];
    char id[UUID_TEXT_BYTES];
    uuid_format(&regain->id, id);
    token_subject_hash(keys, 2, (const char *const[]){"recovery letter", id}, hash);
    return typed_code_of(ctx, hash, CODE_CHARACTERS);
}

static bool is_code_of(const struct regain *regain, const struct keys *keys, const char *code)
{
    TALLOC_CTX *ctx = mem_context(NULL, "regain");
    const char *right = regain_code(ctx, keys, regain);
    bool is = strlen(code) == CODE_CHARACTERS && sodium_memcmp(right, code, CODE_CHARACTERS) == 0;
    mem_free(ctx);
    return is;
}

bool regain_opens(const struct regain *regain, const struct keys *keys, const char *code, int64_t now_us)
{
    return is_code_of(regain, keys, code) && regain_state(regain, now_us) == PB__RECOVERY_STATE__RECOVERY_STATE_READY;
}

bool regain_opened(const struct regain *regain, const struct keys *keys, const char *code, int64_t now_us)
{
    return is_code_of(regain, keys, code) && regain_state(regain, now_us) == PB__RECOVERY_STATE__RECOVERY_STATE_USED &&
           now_us < regain->used_at_us + REGAIN_REPEATS_US;
}

Pb__Recovery *regain_view(TALLOC_CTX *ctx, const struct regain *regain, int64_t now_us)
{
    Pb__Recovery *view = mem_new(ctx, Pb__Recovery);
    pb__recovery__init(view);
    view->id = uuid_to_pb(ctx, &regain->id);
    view->member_id = uuid_to_pb(ctx, &regain->member);
    view->state = regain_state(regain, now_us);
    view->ready_at_us = regain->ready_at_us;
    view->created_at_us = regain->created_at_us;
    return view;
}
