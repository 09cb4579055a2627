#include "services/gateway/write/outcomes.h"

#include "common/base/clock.h"
#include "common/base/deadlines.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/edge/problem.h"
#include <pthread.h>
#include <string.h>
#include <uthash.h>
#include <utlist.h>

#define TICK_MS 10
#define PATIENCE_MOST_US (20 * CLOCK_SECOND_US) /* the span of the queue of deadlines; shape.c bounds Prefer */
#define UNHEARD_US INT64_C(300000)              /* then the service is asked */
#define ASK_EVERY_US INT64_C(100000)
#define ASKED_AT_ONCE 256
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
    bool is_accepted, is_known /* in the table */;
    struct accepted accepted;
    uint64_t group;             /* that it was sent with, once it is accepted */
    int64_t begun_us, asked_us; /* asked_us: the service was last asked about it; 0: not yet */
    int references;             /* the table, the report, a question to the service; under the lock */
    UT_hash_handle hh;
};

struct outcomes {
    struct outcomes_options options;
    pthread_t thread;
    pthread_mutex_t lock;
    struct unsettled *table;         /* the first is the oldest */
    struct deadlines *deadlines;     /* of those who wait */
    bool is_asking[SERVICE_COUNT];   /* one question is under way */
    int64_t asked_us[SERVICE_COUNT]; /* when the last one was sent */
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
    call->wait = wait;
}

static void take_wait(struct wait *wait)
{
    LL_DELETE(wait->unsettled->waits, wait);
    deadlines_remove(&wait->deadline);
    wait->call->wait = NULL;
}

/* Takes all who wait from their command; they are the caller's to answer. */
static struct wait *take_waits(struct unsettled *unsettled)
{
    struct wait *waits = unsettled->waits, *wait;
    LL_FOREACH (waits, wait) {
        deadlines_remove(&wait->deadline);
        wait->call->wait = NULL;
    }
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
    limits_unsettled_remove(outcomes->options.limits, unsettled->accepted.service, &unsettled->member,
                            &unsettled->branch);
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
        take_wait(wait);
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

static void answer_all(const struct outcomes *outcomes, struct wait *waits, const Pb__Outcome *outcome,
                       const struct accepted *accepted, bool repeated)
{
    for (struct wait *next; waits; waits = next) {
        next = waits->next;
        outcomes->options.settled(waits->call, outcome, accepted, repeated);
        repeated = true;
    }
}

/* The service has answered it: the producer may go on. */
static void let_next_go(const struct outcomes *outcomes, enum service service, uint64_t group)
{
    kafka_answered(outcomes->options.producer, service_commands(service), group);
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
    memcpy(unsettled->accepted.body_mark, body_hash, sizeof unsettled->accepted.body_mark);
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
        limits_unsettled_remove(outcomes->options.limits, call->route->service, &call->viewer.member,
                                &call->viewer.branch);
        if (unsettled->is_accepted)
            impatient = take_impatient(unsettled, clock_monotonic_us());
        accepted = unsettled->accepted;
    }
    pthread_mutex_unlock(&outcomes->lock);
    postpone_all(outcomes, impatient, &accepted);
    return result;
}

void outcomes_leave(struct outcomes *outcomes, struct call *call)
{
    pthread_mutex_lock(&outcomes->lock);
    bool is_waiting = call->wait != NULL;
    if (is_waiting)
        take_wait(call->wait);
    pthread_mutex_unlock(&outcomes->lock);
    if (is_waiting)
        http_hang_up(call->http);
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
    unsettled->group = report->group;
    bool is_settled = !unsettled->is_known;
    struct accepted accepted = unsettled->accepted;
    struct wait *impatient = take_impatient(unsettled, clock_monotonic_us());
    unreference(unsettled);
    pthread_mutex_unlock(&outcomes->lock);
    postpone_all(outcomes, impatient, &accepted);
    if (is_settled)
        let_next_go(outcomes, accepted.service, report->group);
}

/* --- outcomes --- */

/* Of another record: the same key was sent before. */
static bool is_repeat(const struct unsettled *unsettled, const Pb__Outcome *outcome)
{
    int64_t mine_us = unsettled->is_accepted ? unsettled->accepted.append_time_us : 0;
    return (outcome->has_replayed && outcome->replayed) || (mine_us > 0 && outcome->created_at_us != mine_us);
}

/* Lets go of the lock meanwhile. It may be settled already, by what was heard while the service was asked. */
static void settle(struct unsettled *unsettled, const Pb__Outcome *outcome)
{
    struct outcomes *outcomes = unsettled->outcomes;
    bool repeated = is_repeat(unsettled, outcome);
    const struct accepted accepted = unsettled->accepted;
    bool was_out = unsettled->is_known && unsettled->is_accepted;
    uint64_t group = unsettled->group;
    struct wait *waits = take_waits(unsettled);
    take_off(unsettled);
    pthread_mutex_unlock(&outcomes->lock);
    if (was_out)
        let_next_go(outcomes, accepted.service, group);
    answer_all(outcomes, waits, outcome, &accepted, repeated);
    pthread_mutex_lock(&outcomes->lock);
}

static bool is_of_body(const struct unsettled *unsettled, const Pb__Outcome *outcome)
{
    return outcome->body_hash.len == sizeof unsettled->body_hash &&
           memcmp(outcome->body_hash.data, unsettled->body_hash, sizeof unsettled->body_hash) == 0;
}

void outcomes_heard(struct outcomes *outcomes, const Pb__Outcome *outcome)
{
    struct uuid id;
    struct unsettled *unsettled = NULL;
    if (uuid_from_pb(outcome->message_id, &id))
        return;
    pthread_mutex_lock(&outcomes->lock);
    HASH_FIND(hh, outcomes->table, &id, sizeof id, unsettled);
    if (unsettled && is_of_body(unsettled, outcome))
        settle(unsettled, outcome);
    pthread_mutex_unlock(&outcomes->lock);
}

/* --- asking the services --- */

/* A question to one service about what was not heard of; it holds a reference to each. */
struct question {
    struct outcomes *outcomes;
    enum service service;
    size_t n;
    struct unsettled *items[ASKED_AT_ONCE];
};

void outcome_complete(Pb__Outcome *outcome, const struct accepted *accepted)
{
    outcome->kind = (char *)(uintptr_t)accepted->kind;
    outcome->aggregate_id = (ProtobufCBinaryData){sizeof accepted->aggregate.bytes,
                                                  (uint8_t *)(uintptr_t)accepted->aggregate.bytes};
}

void outcome_ask(struct services *services, enum service service, const char *correlation_id,
                 const struct accepted accepted[], size_t n, service_done_fn *done, void *arg)
{
    TALLOC_CTX *ctx = mem_context(NULL, "question");
    Pb__GetOutcomes question = PB__GET_OUTCOMES__INIT;
    question.commands = mem_array(ctx, Pb__GetOutcome *, n);
    for (size_t i = 0; i < n; i++) {
        Pb__GetOutcome *command = question.commands[question.n_commands++] = mem_new(ctx, Pb__GetOutcome);
        pb__get_outcome__init(command);
        command->message_id = uuid_to_pb(ctx, &accepted[i].message_id);
        command->partition = accepted[i].partition;
        command->offset = accepted[i].offset;
        command->has_body_hash = true;
        command->body_hash = mem_bytes(ctx, accepted[i].body_mark, sizeof accepted[i].body_mark);
    }
    const struct service_query query = {
        .service = service, .message = &question.base, .correlation_id = correlation_id};
    service_ask(services, &query, done, arg);
    mem_free(ctx);
}

static void take_replies(struct question *question, const Pb__OutcomeReplies *replies)
{
    for (size_t i = 0; i < replies->n_items && i < question->n; i++) {
        Pb__Outcome *outcome = replies->items[i]->settled ? replies->items[i]->outcome : NULL;
        if (!outcome)
            continue;
        outcome_complete(outcome, &question->items[i]->accepted);
        settle(question->items[i], outcome);
    }
}

static void on_replies(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct question *question = arg;
    struct outcomes *outcomes = question->outcomes;
    const Pb__OutcomeReplies *replies =
        err ? NULL : (Pb__OutcomeReplies *)service_payload(question, &pb__outcome_replies__descriptor, reply);
    pthread_mutex_lock(&outcomes->lock);
    if (replies)
        take_replies(question, replies);
    for (size_t i = 0; i < question->n; i++)
        unreference(question->items[i]);
    outcomes->is_asking[question->service] = false;
    pthread_mutex_unlock(&outcomes->lock);
    mem_free(question);
}

/* The oldest that were accepted, and should have been heard of by now. Those that were asked about a moment ago, and
 * are still pending, give way: a partition that waits hides no outcome of another. */
static void choose_unheard(struct outcomes *outcomes, struct question *question, int64_t now_us)
{
    struct unsettled *unsettled, *next;
    HASH_ITER (hh, outcomes->table, unsettled, next) {
        if (unsettled->begun_us > now_us - UNHEARD_US || question->n == ASKED_AT_ONCE)
            break;
        if (!unsettled->is_accepted || unsettled->accepted.service != question->service ||
            unsettled->asked_us > now_us - UNHEARD_US)
            continue;
        unsettled->asked_us = now_us;
        unsettled->references++;
        question->items[question->n++] = unsettled;
    }
}

static struct question *question_new(struct outcomes *outcomes, enum service service, int64_t now_us)
{
    struct question *question = mem_new(NULL, struct question);
    question->outcomes = outcomes;
    question->service = service;
    pthread_mutex_lock(&outcomes->lock);
    choose_unheard(outcomes, question, now_us);
    outcomes->is_asking[service] = question->n > 0;
    pthread_mutex_unlock(&outcomes->lock);
    return question;
}

static void ask_service(struct outcomes *outcomes, enum service service, int64_t now_us)
{
    struct accepted accepted[ASKED_AT_ONCE];
    struct question *question = question_new(outcomes, service, now_us);
    outcomes->asked_us[service] = now_us;
    if (question->n == 0) {
        mem_free(question);
        return;
    }
    for (size_t i = 0; i < question->n; i++)
        accepted[i] = question->items[i]->accepted; /* constant once it is accepted */
    outcome_ask(outcomes->options.services, service, NULL, accepted, question->n, on_replies, question);
}

static bool may_ask(struct outcomes *outcomes, enum service service, int64_t now_us)
{
    pthread_mutex_lock(&outcomes->lock);
    bool may = outcomes->table && outcomes->table->begun_us <= now_us - UNHEARD_US && !outcomes->is_asking[service];
    pthread_mutex_unlock(&outcomes->lock);
    return may && now_us - outcomes->asked_us[service] >= ASK_EVERY_US;
}

static void ask_services(struct outcomes *outcomes, int64_t now_us)
{
    for (int i = SERVICE_NONE + 1; i < SERVICE_COUNT; i++)
        if (may_ask(outcomes, (enum service)i, now_us))
            ask_service(outcomes, (enum service)i, now_us);
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
        take_wait(wait);
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
        ask_services(outcomes, now_us);
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
    return pthread_create(&outcomes->thread, NULL, keep_deadlines, outcomes) == 0 ? ERR_OK : ERR_INTERNAL;
}

void outcomes_stop(struct outcomes *outcomes)
{
    outcomes->stopping = true;
    pthread_join(outcomes->thread, NULL);
    pthread_mutex_lock(&outcomes->lock); /* reports may still come */
    while (outcomes->table)
        take_off(outcomes->table); /* nobody waits any more: http has stopped before */
    pthread_mutex_unlock(&outcomes->lock);
}
