#include "services/gateway/write/outcomes.h"

#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/redis/redis.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/link/ask.h"
#include "services/gateway/read/cache.h"
#include "services/gateway/write/commands.h"
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <uthash.h>
#include <utlist.h>

#define TICK_US INT64_C(10000)
#define WHEEL_SLOTS 4096 /* 41 s: longer than Prefer's 20 s and a report's 5 s */
#define POLL_US INT64_C(100000)
#define UNSETTLED_US (60 * CLOCK_SECOND_US) /* then it no longer counts against its member */

struct wait {
    struct call *call;
    struct pending *pending;
    int64_t patience_us; /* monotonic: 202 after this */
    size_t slot;         /* of the wheel */
    struct wait *next_of_pending;
    struct wait *prev, *next; /* of the wheel */
};

struct pending {
    struct outcomes *outcomes;
    struct uuid id, member, branch;
    uint8_t body_hash[BODY_HASH_BYTES];
    struct wait *waits; /* the first is who sent it, the others repeated it */
    bool is_accepted, is_known /* in the table */, is_asking;
    struct accepted accepted;
    int64_t begun_us;
    int references; /* the table, the report, a question to the service; under the lock */
    UT_hash_handle hh;
};

struct outcomes {
    struct gateway *gateway;
    struct redis_subscriber *subscriber;
    pthread_t thread;
    pthread_mutex_t lock;
    struct pending *table; /* the first is the oldest */
    struct wait *wheel[WHEEL_SLOTS];
    int64_t tick, polled_us;
    bool healthy;
    int64_t healthy_since_us; /* outcomes of what began earlier may have been missed */
    _Atomic bool stopping;
};

/* --- under the lock --- */

static void unreference(struct pending *pending)
{
    if (--pending->references == 0)
        mem_free(pending);
}

static void wheel_add(struct outcomes *outcomes, struct wait *wait, int64_t at_us)
{
    int64_t tick = at_us / TICK_US;
    if (tick <= outcomes->tick)
        tick = outcomes->tick + 1;
    if (tick > outcomes->tick + WHEEL_SLOTS - 1)
        tick = outcomes->tick + WHEEL_SLOTS - 1;
    wait->slot = (size_t)tick % WHEEL_SLOTS;
    DL_APPEND(outcomes->wheel[wait->slot], wait);
}

static void add_wait(struct pending *pending, struct call *call)
{
    struct wait *wait = mem_new(call, struct wait);
    wait->call = call;
    wait->pending = pending;
    wait->patience_us = http_started_us(call->http) + call->wait_us;
    LL_APPEND2(pending->waits, wait, next_of_pending);
    wheel_add(pending->outcomes, wait, wait->patience_us);
}

/* Takes all who wait off the wheel; they are the caller's to answer. */
static struct wait *take_waits(struct pending *pending)
{
    struct wait *waits = pending->waits, *wait;
    LL_FOREACH2(waits, wait, next_of_pending) DL_DELETE(pending->outcomes->wheel[wait->slot], wait);
    pending->waits = NULL;
    return waits;
}

static void take_off(struct pending *pending)
{
    if (!pending->is_known)
        return;
    struct outcomes *outcomes = pending->outcomes;
    HASH_DEL(outcomes->table, pending);
    pending->is_known = false;
    limits_pending_remove(outcomes->gateway->limits, &pending->member, &pending->branch);
    unreference(pending);
}

/* Those whose patience has ended. */
static struct wait *take_impatient(struct pending *pending, int64_t now_us)
{
    struct wait *impatient = NULL, *wait, *next;
    LL_FOREACH_SAFE2(pending->waits, wait, next, next_of_pending)
    {
        if (wait->patience_us > now_us)
            continue;
        LL_DELETE2(pending->waits, wait, next_of_pending);
        DL_DELETE(pending->outcomes->wheel[wait->slot], wait);
        LL_APPEND2(impatient, wait, next_of_pending);
    }
    return impatient;
}

/* --- answering, without the lock: a wait goes with its call's reply --- */

static void refuse_all(struct wait *waits, enum err err)
{
    for (struct wait *next; waits; waits = next) {
        next = waits->next_of_pending;
        problem_reply(waits->call, err);
    }
}

static void postpone_all(struct wait *waits, const struct accepted *accepted)
{
    for (struct wait *next; waits; waits = next) {
        next = waits->next_of_pending;
        command_accepted(waits->call, accepted);
    }
}

static void answer_all(struct wait *waits, const Pb__Outcome *outcome)
{
    bool repeated = outcome->has_replayed && outcome->replayed;
    for (struct wait *next; waits; waits = next) {
        next = waits->next_of_pending;
        command_settled(waits->call, outcome, repeated);
        repeated = true;
    }
}

/* --- beginning and reports --- */

static struct pending *pending_new(struct outcomes *outcomes, const struct uuid *id, const uint8_t *body_hash,
                                   const struct uuid *aggregate, const struct call *call)
{
    struct pending *pending = mem_new(NULL, struct pending);
    pending->outcomes = outcomes;
    pending->id = *id;
    pending->member = call->viewer.member;
    pending->branch = call->viewer.branch;
    memcpy(pending->body_hash, body_hash, BODY_HASH_BYTES);
    pending->accepted = (struct accepted){.service = call->route->service,
                                          .message_id = *id,
                                          .aggregate = *aggregate,
                                          .kind = call->message->descriptor->short_name};
    pending->begun_us = clock_monotonic_us();
    pending->references = 2;
    pending->is_known = true;
    HASH_ADD(hh, outcomes->table, id, sizeof pending->id, pending);
    return pending;
}

enum outcome_begin outcomes_begin(struct outcomes *outcomes, const struct uuid *message_id,
                                  const uint8_t body_hash[BODY_HASH_BYTES], const struct uuid *aggregate,
                                  struct call *call, struct pending **ret_pending)
{
    struct pending *pending;
    enum outcome_begin result = OUTCOME_BEGUN;
    struct wait *impatient = NULL;
    struct accepted accepted = {0};
    pthread_mutex_lock(&outcomes->lock);
    HASH_FIND(hh, outcomes->table, message_id, sizeof *message_id, pending);
    if (pending) {
        bool same = memcmp(pending->body_hash, body_hash, BODY_HASH_BYTES) == 0;
        result = same ? OUTCOME_JOINED : OUTCOME_REUSED;
    } else {
        *ret_pending = pending = pending_new(outcomes, message_id, body_hash, aggregate, call);
    }
    if (result != OUTCOME_REUSED)
        add_wait(pending, call);
    if (result == OUTCOME_JOINED) {
        limits_pending_remove(outcomes->gateway->limits, &call->viewer.member, &call->viewer.branch);
        if (pending->is_accepted)
            impatient = take_impatient(pending, clock_monotonic_us());
        accepted = pending->accepted;
    }
    pthread_mutex_unlock(&outcomes->lock);
    postpone_all(impatient, &accepted);
    return result;
}

void outcomes_give_up(struct pending *pending, enum err err)
{
    struct outcomes *outcomes = pending->outcomes;
    pthread_mutex_lock(&outcomes->lock);
    struct wait *waits = take_waits(pending);
    take_off(pending);
    unreference(pending); /* the report's, which will not come */
    pthread_mutex_unlock(&outcomes->lock);
    refuse_all(waits, err);
}

void outcomes_reported(void *arg, const struct kafka_report *report)
{
    struct pending *pending = arg;
    struct outcomes *outcomes = pending->outcomes;
    if (report->err) {
        log_warn("command_unacknowledged", "err=%s", err_word(report->err));
        outcomes_give_up(pending, report->err);
        return;
    }
    FAILPOINT("gateway.accept.after");
    pthread_mutex_lock(&outcomes->lock);
    pending->is_accepted = true;
    pending->accepted.partition = report->partition;
    pending->accepted.offset = report->offset;
    pending->accepted.append_time_us = report->append_time_us;
    struct accepted accepted = pending->accepted;
    struct wait *impatient = take_impatient(pending, clock_monotonic_us());
    unreference(pending);
    pthread_mutex_unlock(&outcomes->lock);
    postpone_all(impatient, &accepted);
}

/* --- outcomes --- */

static void settle(struct outcomes *outcomes, const Pb__Outcome *outcome)
{
    struct uuid id;
    struct pending *pending = NULL;
    struct wait *waits = NULL;
    if (uuid_from_pb(outcome->message_id, &id))
        return;
    pthread_mutex_lock(&outcomes->lock);
    HASH_FIND(hh, outcomes->table, &id, sizeof id, pending);
    if (pending) {
        waits = take_waits(pending);
        take_off(pending);
    }
    pthread_mutex_unlock(&outcomes->lock);
    answer_all(waits, outcome);
}

/* The subscriber's thread. What the outcomes made stale goes first: who is answered reads his own write. */
static void on_message(void *arg, const void *bytes, size_t n)
{
    struct outcomes *outcomes = arg;
    TALLOC_CTX *ctx = mem_context(NULL, "outcomes");
    Pb__OutcomeBatch *batch = (Pb__OutcomeBatch *)mem_unpack(ctx, &pb__outcome_batch__descriptor, bytes, n);
    FAILPOINT("gateway.invalidate.before");
    if (!batch)
        log_error("outcomes_malformed", "bytes=%zu", n);
    for (size_t i = 0; batch && i < batch->n_tags; i++)
        cache_invalidate(outcomes->gateway->cache, batch->tags[i], strlen(batch->tags[i]));
    FAILPOINT("gateway.answer.before");
    for (size_t i = 0; batch && i < batch->n_outcomes; i++)
        settle(outcomes, batch->outcomes[i]);
    mem_free(ctx);
}

static void on_invalidate(void *arg, const char *key, size_t n)
{
    const struct outcomes *outcomes = arg;
    if (!key)
        cache_health(outcomes->gateway->cache, true);
    else if (n > 2)
        cache_invalidate(outcomes->gateway->cache, key + 2, n - 2); /* "t:" */
}

static void on_health(void *arg, bool healthy)
{
    struct outcomes *outcomes = arg;
    cache_health(outcomes->gateway->cache, healthy);
    pthread_mutex_lock(&outcomes->lock);
    outcomes->healthy = healthy;
    outcomes->healthy_since_us = clock_monotonic_us();
    pthread_mutex_unlock(&outcomes->lock);
}

/* --- asking the services --- */

void outcome_complete(Pb__Outcome *outcome, const struct accepted *accepted)
{
    outcome->kind = (char *)(uintptr_t)accepted->kind;
    outcome->aggregate_id = (ProtobufCBinaryData){sizeof accepted->aggregate.bytes,
                                                  (uint8_t *)(uintptr_t)accepted->aggregate.bytes};
}

static void on_asked(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct pending *pending = arg;
    struct outcomes *outcomes = pending->outcomes;
    TALLOC_CTX *ctx = mem_context(NULL, "outcome reply");
    Pb__OutcomeReply *told = err ? NULL : (Pb__OutcomeReply *)ask_payload(ctx, &pb__outcome_reply__descriptor, reply);
    if (told && told->settled && told->outcome) {
        outcome_complete(told->outcome, &pending->accepted);
        settle(outcomes, told->outcome);
    }
    mem_free(ctx);
    pthread_mutex_lock(&outcomes->lock);
    pending->is_asking = false;
    unreference(pending);
    pthread_mutex_unlock(&outcomes->lock);
}

static void ask_for(struct outcomes *outcomes, struct pending *pending)
{
    Pb__GetOutcome question = PB__GET_OUTCOME__INIT;
    question.message_id = (ProtobufCBinaryData){sizeof pending->id.bytes, pending->id.bytes};
    question.partition = pending->accepted.partition;
    question.offset = pending->accepted.offset;
    struct ask ask = {.service = pending->accepted.service, .message = &question.base};
    ask_service(outcomes->gateway, &ask, on_asked, pending);
}

#define POLL_BATCH 64

/* Those that are accepted, and whose outcome may have been published while nobody listened. */
static size_t choose_missed(struct outcomes *outcomes, struct pending *missed[POLL_BATCH])
{
    size_t n = 0;
    struct pending *pending, *next;
    HASH_ITER (hh, outcomes->table, pending, next) {
        if (outcomes->healthy && pending->begun_us > outcomes->healthy_since_us)
            break;
        if (n == POLL_BATCH)
            break;
        if (!pending->is_accepted || pending->is_asking)
            continue;
        pending->is_asking = true;
        pending->references++;
        missed[n++] = pending;
    }
    return n;
}

static void poll_services(struct outcomes *outcomes, int64_t now_us)
{
    struct pending *missed[POLL_BATCH];
    if (now_us - outcomes->polled_us < POLL_US)
        return;
    outcomes->polled_us = now_us;
    pthread_mutex_lock(&outcomes->lock);
    size_t n = choose_missed(outcomes, missed);
    pthread_mutex_unlock(&outcomes->lock);
    for (size_t i = 0; i < n; i++)
        ask_for(outcomes, missed[i]);
}

/* --- deadlines --- */

/* One of the slot whose command is accepted; the others wait for their report a little longer. */
static struct wait *take_due(struct outcomes *outcomes, size_t slot, struct accepted *ret_accepted)
{
    struct wait *wait, *next;
    DL_FOREACH_SAFE(outcomes->wheel[slot], wait, next)
    {
        DL_DELETE(outcomes->wheel[slot], wait);
        if (wait->pending->is_accepted) {
            LL_DELETE2(wait->pending->waits, wait, next_of_pending);
            *ret_accepted = wait->pending->accepted;
            return wait;
        }
        wheel_add(outcomes, wait, wait->patience_us + TICK_US);
    }
    return NULL;
}

static void turn_wheel(struct outcomes *outcomes, int64_t now_us)
{
    struct accepted accepted;
    pthread_mutex_lock(&outcomes->lock);
    while (outcomes->tick < now_us / TICK_US) {
        outcomes->tick++;
        struct wait *wait;
        while ((wait = take_due(outcomes, (size_t)outcomes->tick % WHEEL_SLOTS, &accepted))) {
            pthread_mutex_unlock(&outcomes->lock);
            command_accepted(wait->call, &accepted);
            pthread_mutex_lock(&outcomes->lock);
        }
    }
    while (outcomes->table && !outcomes->table->waits && outcomes->table->begun_us < now_us - UNSETTLED_US)
        take_off(outcomes->table);
    pthread_mutex_unlock(&outcomes->lock);
}

static void *keep_deadlines(void *arg)
{
    struct outcomes *outcomes = arg;
    while (!outcomes->stopping) {
        int64_t now_us = clock_monotonic_us();
        turn_wheel(outcomes, now_us);
        poll_services(outcomes, now_us);
        clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_nsec = TICK_US * 1000}, NULL);
    }
    return NULL;
}

enum err outcomes_start(TALLOC_CTX *ctx, struct gateway *gateway, struct outcomes **ret_outcomes)
{
    struct outcomes *outcomes = mem_new(ctx, struct outcomes);
    outcomes->gateway = gateway;
    outcomes->tick = clock_monotonic_us() / TICK_US;
    pthread_mutex_init(&outcomes->lock, NULL);
    *ret_outcomes = outcomes;
    struct redis_subscription subscription = {
        .channel = mem_printf(outcomes, "gateway:%s", gateway->config.instance),
        .message = on_message,
        .prefix = "t:",
        .invalidate = on_invalidate,
        .health = on_health,
        .arg = outcomes,
    };
    enum err err = redis_subscribe(ctx, gateway->config.redis, gateway->config.redis_password, &subscription,
                                   &outcomes->subscriber);
    if (err)
        return err;
    return pthread_create(&outcomes->thread, NULL, keep_deadlines, outcomes) == 0 ? ERR_OK : ERR_INTERNAL;
}

void outcomes_stop(struct outcomes *outcomes)
{
    outcomes->stopping = true;
    pthread_join(outcomes->thread, NULL);
    redis_unsubscribe(outcomes->subscriber);
    while (outcomes->table)
        take_off(outcomes->table); /* nobody waits any more: http has stopped before */
}
