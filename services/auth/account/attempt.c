#include "services/auth/account/attempt.h"

#include "common/base/clock.h"
#include "services/auth/session/sign_in.h"

static const char *const KINDS[] = {[ATTEMPT_ACCOUNT] = "account",
                                    [ATTEMPT_SECOND_FACTOR] = "second_factor",
                                    [ATTEMPT_ACTIVATION] = "activation",
                                    [ATTEMPT_LINK] = "link"};

static void name_subjects(const struct query *query, const struct attempt_by *by, struct attempt *attempt)
{
    const char *kind = KINDS[by->kind], *card = by->card_number, *device = by->device_id ? by->device_id : "";
    char peer[THROTTLE_NETWORK_BYTES], session[UUID_TEXT_BYTES] = "";
    throttle_network(query->peer ? query->peer : "", peer);
    if (by->session)
        uuid_format(by->session, session);
    token_subject_hash(keys_current(), 4,
                       (const char *const[]){kind, card, by->session ? session : device, by->session ? "" : peer},
                       attempt->subjects.hashes[THROTTLE_EXACT]);
    token_subject_hash(keys_current(), 2, (const char *const[]){kind, *card ? card : peer},
                       attempt->subjects.hashes[THROTTLE_ACCOUNT]);
    token_subject_hash(keys_current(), 2, (const char *const[]){"peer", peer}, attempt->subjects.hashes[THROTTLE_PEER]);
}

static enum err refuse(struct query *query, int64_t wait_us)
{
    query->retry_after_s = (uint32_t)((wait_us + CLOCK_SECOND_US - 1) / CLOCK_SECOND_US);
    return sign_in_refuse(query, ERR_RATE_LIMITED);
}

enum err attempt_begin(struct query *query, const struct attempt_by *by, struct attempt *ret_attempt)
{
    struct throttle_attempts attempts;
    int64_t now_us = clock_now_us();
    name_subjects(query, by, ret_attempt);
    enum err err = throttle_store_begin(query->pg, query->ctx, &ret_attempt->subjects, &attempts);
    if (err)
        return err;
    int64_t wait = throttle_longest_wait_us(&attempts, by->known_device, now_us);
    if (wait > 0)
        return refuse(query, wait);
    for (size_t i = 0; i < THROTTLE_COUNT; i++) {
        attempts.attempts[i] = throttle_count(attempts.attempts[i], attempts.last_at_us[i], now_us);
        attempts.last_at_us[i] = now_us;
    }
    return throttle_store_end(query->pg, query->ctx, &ret_attempt->subjects, &attempts);
}

void attempt_succeed_queue(struct query *query, const struct attempt *attempt)
{
    throttle_store_clear_queue(query->pg, query->ctx, &attempt->subjects);
}
