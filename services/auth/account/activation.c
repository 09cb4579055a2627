#include "services/auth/account/activation.h"

#include "common/base/mem.h"
#include "services/auth/account/account_store.h"
#include "services/auth/account/attempt.h"
#include "services/auth/account/first_sign_in.h"
#include "services/auth/account/link_store.h"
#include "services/auth/account/password.h"
#include "services/auth/account/password_rule.h"
#include "services/auth/account/regain_store.h"
#include "services/auth/account/typed.h"
#include "services/auth/session/session_end.h"
#include "services/auth/session/sign_in.h"
#include "sotay/v1/auth.pb-c.h"
#include <sodium.h>

/* --- rules --- */

bool activation_is_live(const struct activation *activation, int64_t now_us)
{
    return activation->code_hash.len > 0 && !activation->activated && !activation->used &&
           now_us < activation->expires_at_us;
}

enum err activation_judge(const struct activation *activation, const uint8_t hash[TOKEN_HASH_BYTES], int64_t now_us)
{
    if (!activation->found || activation->code_hash.len != TOKEN_HASH_BYTES ||
        sodium_memcmp(activation->code_hash.data, hash, TOKEN_HASH_BYTES) != 0)
        return ERR_ACTIVATION_CODE_INVALID;
    if (activation->activated || activation->used)
        return ERR_ALREADY_ACTIVATED;
    return now_us < activation->expires_at_us ? ERR_OK : ERR_ACTIVATION_CODE_EXPIRED;
}

void activation_hash(const char *code, uint8_t ret_hash[TOKEN_HASH_BYTES])
{
    token_subject_hash(keys_current(), 2, (const char *const[]){"activation", code}, ret_hash);
}

/* --- both calls --- */

struct claim {
    const char *card_number, *device_id, *code; /* as typed, put right; device_id: or NULL */
    uint8_t hash[TOKEN_HASH_BYTES];
    struct activation activation;
    bool regains;           /* the code is that of a letter by which an account is had back */
    struct regain regain;   /* of that */
    bool regained;          /* it let its member in a moment ago */
    bool repeats;           /* and this is the same call, whose answer was lost */
    struct account account; /* of who repeats */
    struct attempt attempt;
};

/* Asked of every card, so that the time it takes tells nothing. */
static enum err find_regain(struct query *query, struct claim *claim)
{
    struct regain_subject subject;
    enum err err = regain_store_find(query->pg, query->ctx, &claim->activation.member, 0, &subject);
    if (err)
        return err;
    claim->regains = claim->activation.found && subject.has_newest &&
                     regain_opens(&subject.newest, keys_current(), claim->code, query->now_us);
    claim->regained = claim->activation.found && subject.has_newest &&
                      regain_opened(&subject.newest, keys_current(), claim->code, query->now_us);
    claim->regain = subject.newest;
    return ERR_OK;
}

static enum err prove(struct query *query, const char *card_number, const char *code, const char *device_id,
                      struct claim *claim)
{
    claim->card_number = typed_card(query->ctx, card_number);
    claim->device_id = device_id;
    claim->code = typed_code(query->ctx, code);
    activation_hash(claim->code, claim->hash);
    enum err err = activation_store_find(query->pg, query->ctx, claim->card_number, &claim->activation);
    if (!err)
        err = attempt_begin(
            query,
            &(struct attempt_by){.kind = ATTEMPT_ACTIVATION, .card_number = claim->card_number, .device_id = device_id},
            &claim->attempt);
    if (!err)
        err = find_regain(query, claim);
    if (err || claim->regains)
        return err;
    return activation_judge(&claim->activation, claim->hash, query->now_us);
}

/* --- checking --- */

static enum err check(struct query *query)
{
    const Pb__CheckActivation *body = (const Pb__CheckActivation *)query->body;
    struct claim claim = {.hash = {0}};
    enum err err = prove(query, body->card_number, body->activation_code, body->device_id, &claim);
    if (err)
        return err;
    Pb__ActivationCheck *reply = mem_new(query->ctx, Pb__ActivationCheck);
    pb__activation_check__init(reply);
    reply->full_name = claim.activation.full_name;
    reply->branch = claim.activation.branch;
    query->reply = &reply->base;
    query->private_reply = true;
    attempt_succeed_queue(query, &claim.attempt);
    return pg_flush(query->pg);
}

/* --- activating --- */

/* Whoever repeats is known by the password that he gave, and by his device; a second factor that he has by now is one
 * that he would have to show. */
static enum err prove_again(struct query *query, struct claim *claim, enum err refusal)
{
    const Pb__Activate *body = (const Pb__Activate *)query->body;
    bool is_device = false, matches = false;
    enum err err = account_store_find(query->pg, query->ctx, claim->card_number, claim->device_id, &claim->account);
    if (!err)
        err = regain_store_is_last_device(query->pg, query->ctx, &claim->activation.member, claim->device_id,
                                          &is_device);
    if (!err && is_device && claim->account.totp_secret.len == 0)
        err = password_verify(claim->account.password_hash, body->password, &matches);
    claim->repeats = claim->regains = !err && matches;
    return err || matches ? err : refusal;
}

/* What was proved still holds. */
static enum err hold_again(struct query *query, const struct claim *claim)
{
    const struct account_proof proof = {claim->activation.member, claim->account.password_hash,
                                        claim->account.totp_secret};
    bool holds = false;
    enum err err = account_store_hold(query->pg, query->ctx, &proof, &holds);
    return err || holds ? err : ERR_RECOVERY_ENDED;
}

/* The same letter may have been faster, on another device. */
static enum err use_code(struct query *query, const struct claim *claim)
{
    bool used = false;
    if (claim->repeats)
        return hold_again(query, claim);
    enum err err = claim->regains ? regain_store_use(query->pg, query->ctx, &claim->regain.id, query->now_us, &used)
                                  : activation_store_use(query->pg, query->ctx, &claim->activation.member, claim->hash,
                                                         query->now_us, &used);
    if (!err && !used)
        err = claim->regains ? ERR_RECOVERY_ENDED : ERR_ALREADY_ACTIVATED;
    return err;
}

/* Whoever has the lost phone is out: of an account that is had back nothing goes on that was proved before. */
static enum err end_all(struct query *query, const struct claim *claim, struct loop_outbox *outbox)
{
    const struct uuid *member = &claim->activation.member;
    const struct session_ending ending = {.members = member, .n_members = 1, .now_us = query->now_us};
    if (!claim->regains)
        return ERR_OK;
    account_store_remove_totp_queue(query->pg, query->ctx, member);
    account_store_forget_recovery_codes_queue(query->pg, query->ctx, member);
    link_store_forget_queue(query->pg, query->ctx, member);
    return session_end(query->pg, query->ctx, &ending, outbox);
}

static enum err open_session(struct query *query, const struct claim *claim, const char *password_hash)
{
    struct opened opened;
    const struct uuid *member = &claim->activation.member, cause = uuid_random_at(query->now_us);
    struct loop_outbox *outbox = loop_outbox_new(query->ctx, &cause, query->now_us);
    pg_queue_sql(query->pg, "BEGIN");
    enum err err = use_code(query, claim);
    if (err)
        return sign_in_refuse(query, err);
    account_store_set_password_queue(query->pg, query->ctx, member, password_hash, query->now_us);
    err = end_all(query, claim, outbox);
    if (err)
        return sign_in_refuse(query, err);
    sign_in_open_queue(query, &(struct opening){.member = *member, .device_id = claim->device_id}, &opened);
    err = first_sign_in(query, member, &opened.session);
    if (err)
        return sign_in_refuse(query, err);
    attempt_succeed_queue(query, &claim->attempt);
    err = session_end_commit(query, outbox);
    if (!claim->regains)
        query->said = NULL; /* it ended nothing: whoever comes for the first time need not wait for Kafka */
    return err ? err
               : sign_in_reply(query, &(struct signed_in){*member, opened.session, claim->activation.generation,
                                                          opened.refresh_token});
}

/* What is wrong with the password is said before the code is tried, and uses no attempt up. */
static enum err activate(struct query *query)
{
    const Pb__Activate *body = (const Pb__Activate *)query->body;
    struct claim claim = {.hash = {0}};
    char hash[PASSWORD_HASH_BYTES];
    enum err err = password_rule(body->password, typed_card(query->ctx, body->card_number));
    if (err)
        return query_field(query, "/password", err);
    err = prove(query, body->card_number, body->activation_code, body->device_id, &claim);
    if (err && claim.regained)
        err = prove_again(query, &claim, err);
    if (!err)
        err = password_make(body->password, hash);
    return err ? err : open_session(query, &claim, hash);
}

static const struct query_handler ROWS[] = {
    {&pb__check_activation__descriptor, check},
    {&pb__activate__descriptor, activate, .is_slow = true},
};
const struct query_table ACTIVATION_QUERIES = QUERY_TABLE(ROWS);
