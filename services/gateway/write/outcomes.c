#include "services/gateway/write/outcomes.h"

#include "common/base/clock.h"
#include "common/base/deadlines.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/redis/redis.h"
#include "redis_keys.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/read/cache.h"
#include <pthread.h>
#include <string.h>
#include <uthash.h>
#include <utlist.h>

#define TICK_MS 10
#define PATIENCE_MOST_US (20 * CLOCK_SECOND_US) /* the span of the queue of deadlines; shape.c bounds Prefer */
#define POLL_US INT64_C(100000)
#define UNSETTLED_US (60 * CLOCK_SECOND_US) /* then it no longer counts against its member */

/* A call that waits for an outcome. It stands in its command's list until it is answered, and in the queue of deadlines
 * until its client's patience ends. */
struct wait {
    struct call *call;
    struct unsettled *unsettled;
    int64_t patience_us; /* monotonic: 202 after this */
    struct deadline deadline;
    struct wait *next;
};

struct unsettled {
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
    struct outcomes_options options;
    struct redis_subscriber *subscriber;
    pthread_t thread;
    pthread_mutex_t lock;
    struct unsettled *table;     /* the first is the oldest */
    struct deadlines *deadlines; /* of those who wait */
    int64_t polled_us;
    bool healthy;
    int64_t healthy_since_us; /* outcomes of what began earlier may have been missed */
    _Atomic bool stopping;
};

/* --- under the lock --- */

static void unreference(struct unsettled *unsettled)
{
    if (--unsettled->references == 0)
        mem_free(unsettled);
}

static void add_wait(struct unsettled *unsettled, struct call *call)
{
    struct wait *wait = mem_new(call, struct wait);
    wait->call = call;
    wait->unsettled = unsettled;
    wait->patience_us = http_started_us(call->http) + call->wait_us;
    LL_APPEND(unsettled->waits, wait);
    deadlines_add(unsettled->outcomes->deadlines, &wait->deadline, wait->patience_us, wait);
}

/* Takes all who wait from their command; they are the caller's to answer. */
static struct wait *take_waits(struct unsettled *unsettled)
{
    struct wait *waits = unsettled->waits, *wait;
    LL_FOREACH (waits, wait)
        deadlines_remove(&wait->deadline);
    unsettled->waits = NULL;
    return waits;
}

static void take_off(struct unsettled *unsettled)
{
    if (!unsettled->is_known)
        return;
    struct outcomes *outcomes = unsettled->outcomes;
    HASH_DEL(outcomes->table, unsettled);
    unsettled->is_known = false;
    limits_unsettled_remove(outcomes->options.limits, &unsettled->member, &unsettled->branch);
    unreference(unsettled);
}

/* Takes those whose patience has ended from their command; they are the caller's to answer. */
static struct wait *take_impatient(struct unsettled *unsettled, int64_t now_us)
{
    struct wait *impatient = NULL, *wait, *next;
    LL_FOREACH_SAFE(unsettled->waits, wait, next)
    {
        if (wait->patience_us > now_us)
            continue;
        LL_DELETE(unsettled->waits, wait);
        deadlines_remove(&wait->deadline);
        LL_APPEND(impatient, wait);
    }
    return impatient;
}

/* --- answering, without the lock --- */

/* A wait is freed with its call, as soon as the call is answered. */

static void refuse_all(struct wait *waits, enum err err)
{
    for (struct wait *next; waits; waits = next) {
        next = waits->next;
        problem_reply(waits->call, err);
    }
}

static void postpone_all(const struct outcomes *outcomes, struct wait *waits, const struct accepted *accepted)
{
    for (struct wait *next; waits; waits = next) {
        next = waits->next;
        outcomes->options.accepted(waits->call, accepted);
    }
}

static void answer_all(const struct outcomes *outcomes, struct wait *waits, const Pb__Outcome *outcome)
{
    bool repeated = outcome->has_replayed && outcome->replayed;
    for (struct wait *next; waits; waits = next) {
        next = waits->next;
        outcomes->options.settled(waits->call, outcome, repeated);
        repeated = true;
    }
}

/* --- beginning and reports --- */

static struct unsettled *unsettled_new(struct outcomes *outcomes, const struct uuid *id, const uint8_t *body_hash,
                                       const struct uuid *aggregate, const struct call *call)
{
    struct unsettled *unsettled = mem_new(NULL, struct unsettled);
    unsettled->outcomes = outcomes;
    unsettled->id = *id;
    unsettled->member = call->viewer.member;
    unsettled->branch = call->viewer.branch;
    memcpy(unsettled->body_hash, body_hash, BODY_HASH_BYTES);
    unsettled->accepted = (struct accepted){.service = call->route->service,
                                            .message_id = *id,
                                            .aggregate = *aggregate,
                                            .kind = call->message->descriptor->short_name};
    unsettled->begun_us = clock_monotonic_us();
    unsettled->references = 2;
    unsettled->is_known = true;
    HASH_ADD(hh, outcomes->table, id, sizeof unsettled->id, unsettled);
    return unsettled;
}

enum outcome_begin outcomes_begin(struct outcomes *outcomes, const struct uuid *message_id,
                                  const uint8_t body_hash[BODY_HASH_BYTES], const struct uuid *aggregate,
                                  struct call *call, struct unsettled **ret_unsettled)
{
    struct unsettled *unsettled;
    enum outcome_begin result = OUTCOME_BEGUN;
    struct wait *impatient = NULL;
    struct accepted accepted = {0};
    pthread_mutex_lock(&outcomes->lock);
    HASH_FIND(hh, outcomes->table, message_id, sizeof *message_id, unsettled);
    if (unsettled) {
        bool same = memcmp(unsettled->body_hash, body_hash, BODY_HASH_BYTES) == 0;
        result = same ? OUTCOME_JOINED : OUTCOME_REUSED;
    } else {
        *ret_unsettled = unsettled = unsettled_new(outcomes, message_id, body_hash, aggregate, call);
    }
    if (result != OUTCOME_REUSED)
        add_wait(unsettled, call);
    if (result == OUTCOME_JOINED) {
        limits_unsettled_remove(outcomes->options.limits, &call->viewer.member, &call->viewer.branch);
        if (unsettled->is_accepted)
            impatient = take_impatient(unsettled, clock_monotonic_us());
        accepted = unsettled->accepted;
    }
    pthread_mutex_unlock(&outcomes->lock);
    postpone_all(outcomes, impatient, &accepted);
    return result;
}

void outcomes_give_up(struct unsettled *unsettled, enum err err)
{
    struct outcomes *outcomes = unsettled->outcomes;
    pthread_mutex_lock(&outcomes->lock);
    struct wait *waits = take_waits(unsettled);
    take_off(unsettled);
    unreference(unsettled); /* the report's, which will not come */
    pthread_mutex_unlock(&outcomes->lock);
    refuse_all(waits, err);
}

void outcomes_reported(void *arg, const struct kafka_report *report)
{
    struct unsettled *unsettled = arg;
    struct outcomes *outcomes = unsettled->outcomes;
    if (report->err) {
        log_warn("command_unacknowledged", "err=%s", err_word(report->err));
        outcomes_give_up(unsettled, report->err);
        return;
    }
    FAILPOINT("gateway.accept.after");
    pthread_mutex_lock(&outcomes->lock);
    unsettled->is_accepted = true;
    unsettled->accepted.partition = report->partition;
    unsettled->accepted.offset = report->offset;
    unsettled->accepted.append_time_us = report->append_time_us;
    struct accepted accepted = unsettled->accepted;
    struct wait *impatient = take_impatient(unsettled, clock_monotonic_us());
    unreference(unsettled);
    pthread_mutex_unlock(&outcomes->lock);
    postpone_all(outcomes, impatient, &accepted);
}

/* --- outcomes --- */

static void settle(struct outcomes *outcomes, const Pb__Outcome *outcome)
{
    struct uuid id;
    struct unsettled *unsettled = NULL;
    struct wait *waits = NULL;
    if (uuid_from_pb(outcome->message_id, &id))
        return;
    pthread_mutex_lock(&outcomes->lock);
    HASH_FIND(hh, outcomes->table, &id, sizeof id, unsettled);
    if (unsettled) {
        waits = take_waits(unsettled);
        take_off(unsettled);
    }
    pthread_mutex_unlock(&outcomes->lock);
    answer_all(outcomes, waits, outcome);
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
        cache_invalidate(outcomes->options.cache, batch->tags[i], strlen(batch->tags[i]));
    FAILPOINT("gateway.answer.before");
    for (size_t i = 0; batch && i < batch->n_outcomes; i++)
        settle(outcomes, batch->outcomes[i]);
    mem_free(ctx);
}

#define TAG_PREFIX_BYTES (sizeof REDIS_KEY_TAG - 1)

static void on_invalidate(void *arg, const char *key, size_t n)
{
    const struct outcomes *outcomes = arg;
    if (!key)
        cache_health(outcomes->options.cache, true);
    else if (n > TAG_PREFIX_BYTES)
        cache_invalidate(outcomes->options.cache, key + TAG_PREFIX_BYTES, n - TAG_PREFIX_BYTES);
}

static void on_health(void *arg, bool healthy)
{
    struct outcomes *outcomes = arg;
    cache_health(outcomes->options.cache, healthy);
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
    struct unsettled *unsettled = arg;
    struct outcomes *outcomes = unsettled->outcomes;
    TALLOC_CTX *ctx = mem_context(NULL, "outcome reply");
    Pb__OutcomeReply *answer = NULL;
    if (!err)
        answer = (Pb__OutcomeReply *)service_payload(ctx, &pb__outcome_reply__descriptor, reply);
    if (answer && answer->settled && answer->outcome) {
        outcome_complete(answer->outcome, &unsettled->accepted);
        settle(outcomes, answer->outcome);
    }
    mem_free(ctx);
    pthread_mutex_lock(&outcomes->lock);
    unsettled->is_asking = false;
    unreference(unsettled);
    pthread_mutex_unlock(&outcomes->lock);
}

static void ask_for(struct outcomes *outcomes, struct unsettled *unsettled)
{
    Pb__GetOutcome question = PB__GET_OUTCOME__INIT;
    question.message_id = (ProtobufCBinaryData){sizeof unsettled->id.bytes, unsettled->id.bytes};
    question.partition = unsettled->accepted.partition;
    question.offset = unsettled->accepted.offset;
    const struct service_query query = {.service = unsettled->accepted.service, .message = &question.base};
    service_ask(outcomes->options.services, &query, on_asked, unsettled);
}

#define POLL_BATCH 64

/* Those that are accepted, and whose outcome may have been published while nobody listened. */
static size_t choose_missed(struct outcomes *outcomes, struct unsettled *missed[POLL_BATCH])
{
    size_t n = 0;
    struct unsettled *unsettled, *next;
    HASH_ITER (hh, outcomes->table, unsettled, next) {
        if (outcomes->healthy && unsettled->begun_us > outcomes->healthy_since_us)
            break;
        if (n == POLL_BATCH)
            break;
        if (!unsettled->is_accepted || unsettled->is_asking)
            continue;
        unsettled->is_asking = true;
        unsettled->references++;
        missed[n++] = unsettled;
    }
    return n;
}

static void poll_services(struct outcomes *outcomes, int64_t now_us)
{
    struct unsettled *missed[POLL_BATCH];
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

/* Answers those whose patience has ended. Where the command is not accepted yet there is no operation to name, and the
 * call stays with its command: the report answers it. */
static void postpone_due(struct outcomes *outcomes, int64_t now_us)
{
    struct wait *wait;
    pthread_mutex_lock(&outcomes->lock);
    while ((wait = deadlines_take(outcomes->deadlines, now_us))) {
        if (!wait->unsettled->is_accepted)
            continue;
        LL_DELETE(wait->unsettled->waits, wait);
        struct accepted accepted = wait->unsettled->accepted;
        pthread_mutex_unlock(&outcomes->lock);
        outcomes->options.accepted(wait->call, &accepted);
        pthread_mutex_lock(&outcomes->lock);
    }
    pthread_mutex_unlock(&outcomes->lock);
}

/* A command that nobody waits for any more counts against its member for UNSETTLED_US only. */
static void forget_old(struct outcomes *outcomes, int64_t now_us)
{
    pthread_mutex_lock(&outcomes->lock);
    while (outcomes->table && !outcomes->table->waits && outcomes->table->begun_us < now_us - UNSETTLED_US)
        take_off(outcomes->table);
    pthread_mutex_unlock(&outcomes->lock);
}

static void *keep_deadlines(void *arg)
{
    struct outcomes *outcomes = arg;
    while (!outcomes->stopping) {
        int64_t now_us = clock_monotonic_us();
        postpone_due(outcomes, now_us);
        forget_old(outcomes, now_us);
        poll_services(outcomes, now_us);
        pause_ms(TICK_MS);
    }
    return NULL;
}

enum err outcomes_start(TALLOC_CTX *ctx, const struct outcomes_options *options, struct outcomes **ret_outcomes)
{
    struct outcomes *outcomes = mem_new(ctx, struct outcomes);
    outcomes->options = *options;
    outcomes->deadlines = deadlines_new(outcomes, TICK_MS * INT64_C(1000), PATIENCE_MOST_US, clock_monotonic_us());
    pthread_mutex_init(&outcomes->lock, NULL);
    *ret_outcomes = outcomes;
    struct redis_subscription subscription = {
        .channel = mem_printf(outcomes, REDIS_CHANNEL_GATEWAY "%s", options->instance),
        .message = on_message,
        .prefix = REDIS_KEY_TAG,
        .invalidate = on_invalidate,
        .health = on_health,
        .arg = outcomes,
    };
    enum err err = redis_subscribe(ctx, options->redis, options->redis_password, &subscription, &outcomes->subscriber);
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
