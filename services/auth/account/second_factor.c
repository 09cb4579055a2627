#include "services/auth/account/second_factor.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/account/own_account.h"
#include "services/auth/account/recovery.h"
#include "services/auth/account/totp.h"
#include "services/auth/account/typed.h"
#include "services/auth/session/session_end.h"
#include "services/auth/session/sign_in.h"
#include "sotay/v1/auth.pb-c.h"

enum err second_factor_check(struct query *query, const struct uuid *member, ProtobufCBinaryData sealed,
                             const char *otp, struct one_time_step *ret_step)
{
    *ret_step = (struct one_time_step){.found = totp_is_code(otp)};
    if (!ret_step->found)
        return recovery_use(query, member, otp);
    return totp_find_step(keys_current(), sealed, otp, clock_now_us(), &ret_step->number);
}

/* A code that is wrong is a field at fault: the session itself is as good as before. */
static enum err name_otp(struct query *query, enum err err)
{
    return err == ERR_OTP_INVALID ? query_field(query, "/otp", err) : err;
}

/* Throttled as a sign-in is. */
static enum err prove(struct query *query, const struct own_account *own, const char *otp, struct attempt *attempt)
{
    struct one_time_step step;
    enum err err = own_account_attempt(query, own, ATTEMPT_SECOND_FACTOR, attempt);
    if (!err)
        err = second_factor_check(query, &own->member, own->totp_secret, typed_code(query->ctx, otp), &step);
    return name_otp(query, err);
}

/* --- enrolling --- */

static enum err prove_present(struct query *query, const struct own_account *own, struct attempt *attempt)
{
    const char *otp = ((const Pb__EnrolTotp *)query->body)->otp;
    if (own->totp_secret.len == 0)
        return ERR_OK;
    return otp ? prove(query, own, otp, attempt) : query_field(query, "/otp", ERR_FIELD_REQUIRED);
}

static enum err enrol(struct query *query)
{
    struct own_account own;
    struct attempt attempt;
    ProtobufCBinaryData sealed;
    char *base32;
    enum err err = own_account_read(query, &own);
    if (!err && !own.password_hash)
        err = ERR_WRONG_STATE; /* there is no account yet */
    if (!err)
        err = totp_new(query->ctx, keys_current(), &sealed, &base32);
    if (!err)
        err = prove_present(query, &own, &attempt);
    if (!err)
        err = own_account_hold(query, &own);
    if (err)
        return err;
    account_store_pend_totp_queue(query->pg, query->ctx, &own.member, sealed);
    if (own.totp_secret.len > 0)
        attempt_succeed_queue(query, &attempt);
    pg_queue_sql(query->pg, "COMMIT");
    Pb__TotpLink *reply = mem_new(query->ctx, Pb__TotpLink);
    pb__totp_link__init(reply);
    reply->uri = mem_printf(query->ctx, "otpauth://totp/S%%E1%%BB%%95%%20tay:%s?secret=%s&issuer=S%%E1%%BB%%95%%20tay",
                            own.card_number, base32);
    query->reply = &reply->base;
    query->private_reply = true;
    return pg_flush(query->pg);
}

/* --- confirming --- */

/* The reply of a confirmation may have been lost, with the recovery codes: then a code of the secret in use confirms
 * again. */
static ProtobufCBinaryData to_confirm(const struct own_account *own)
{
    return own->totp_pending.len > 0 ? own->totp_pending : own->totp_secret;
}

static enum err take_pending(struct query *query, const struct own_account *own)
{
    bool taken = false;
    if (own->totp_pending.len == 0)
        return ERR_OK;
    enum err err = account_store_confirm_totp(query->pg, query->ctx, &own->member, own->totp_pending, &taken);
    if (err)
        return err;
    return taken ? ERR_OK : ERR_WRONG_STATE; /* another secret was shown meanwhile */
}

/* Clears no count of attempts: to have a code of what one was shown proves nothing of what was there before. */
static enum err take_into_use(struct query *query, const struct own_account *own)
{
    Pb__TotpEnrolment *reply = mem_new(query->ctx, Pb__TotpEnrolment);
    struct loop_outbox *outbox = NULL;
    pb__totp_enrolment__init(reply);
    enum err err = own_account_hold(query, own);
    if (err)
        return err;
    err = take_pending(query, own);
    if (!err)
        err = own_account_end_others(query, own, &outbox);
    if (err)
        return sign_in_refuse(query, err);
    reply->n_recovery_codes = RECOVERY_CODES;
    reply->recovery_codes = mem_array(query->ctx, char *, RECOVERY_CODES);
    recovery_make_queue(query, &own->member, reply->recovery_codes);
    query->reply = &reply->base;
    query->private_reply = true;
    return session_end_commit(query, outbox);
}

static enum err confirm(struct query *query)
{
    const char *otp = typed_code(query->ctx, ((const Pb__ConfirmTotp *)query->body)->otp);
    struct own_account own;
    struct attempt attempt;
    int64_t step;
    enum err err = own_account_read(query, &own);
    if (!err && to_confirm(&own).len == 0)
        err = ERR_WRONG_STATE;
    if (!err)
        err = own_account_attempt(query, &own, ATTEMPT_SECOND_FACTOR, &attempt);
    if (!err)
        err = totp_find_step(keys_current(), to_confirm(&own), otp, clock_now_us(), &step);
    return err ? name_otp(query, err) : take_into_use(query, &own);
}

/* --- removing --- */

static enum err remove_totp(struct query *query)
{
    struct own_account own;
    struct attempt attempt;
    enum err err = own_account_read(query, &own);
    if (!err && own.needs_second_factor)
        err = ERR_NOT_ALLOWED;
    if (!err && own.totp_secret.len == 0)
        err = ERR_WRONG_STATE;
    if (!err)
        err = prove(query, &own, ((const Pb__RemoveTotp *)query->body)->otp, &attempt);
    if (!err)
        err = own_account_hold(query, &own);
    if (err)
        return err;
    account_store_remove_totp_queue(query->pg, query->ctx, &own.member);
    account_store_forget_recovery_codes_queue(query->pg, query->ctx, &own.member);
    attempt_succeed_queue(query, &attempt);
    pg_queue_sql(query->pg, "COMMIT");
    return pg_flush(query->pg);
}

static const struct query_handler ROWS[] = {
    {&pb__enrol_totp__descriptor, enrol},
    {&pb__confirm_totp__descriptor, confirm},
    {&pb__remove_totp__descriptor, remove_totp},
};
const struct query_table SECOND_FACTOR_QUERIES = QUERY_TABLE(ROWS);
