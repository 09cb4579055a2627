#include "services/gateway/link/sweep.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "services/gateway/link/blob_sweep.h"
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define LOOKS_US CLOCK_SECOND_US   /* whether a pass is due: a demo's clock may have been set */
#define BREATHES_US INT64_C(50000) /* between two steps: uploads come first */
#define AGAIN_US CLOCK_MINUTE_US   /* after a pass that came to nothing, or a period if that is less */
/* Nothing is removed when nobody has swept for so long: the clock was set, or these gateways are new here. What rows
 * name is made young first, and the next pass removes. */
#define LONG_AGO_US CLOCK_DAY_US
#define LATE_US (30 * CLOCK_SECOND_US) /* beyond three periods */

const enum service SWEEP_ASKS[] = {SERVICE_DOCUMENT, SERVICE_AUTH};
const size_t SWEEP_N_ASKS = ARRAY_LENGTH(SWEEP_ASKS);

/* What the services are asked in a step. Whoever is the last to let go of it, the thread or an answer, frees it. */
struct question {
    struct sweep *sweep;
    size_t n, waits_for;
    bool is_dropped;
    enum err err;
    const char *refused_by;
    struct blob_name names[BLOB_SWEEP_NAMES];
};

struct asked {
    struct question *question;
    enum service service;
};

struct sweep {
    struct sweep_options options;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows, and of questions */
    pthread_cond_t changed;
    bool stopping;
    const char *refused_by; /* the last pass, or NULL */
    enum err err;           /* of the last pass that came to nothing */
    /* the thread's */
    int64_t last_us, not_before_us, unused_us;
    _Atomic int64_t good_since_us; /* monotonic */
};

static struct metric FILES = {
    .name = "sotay_blobs_swept_total", .help = "Uploaded files that were removed unused", .type = METRIC_COUNTER};
static struct metric BYTES = {.name = "sotay_blob_bytes_swept_total", .help = "Their bytes", .type = METRIC_COUNTER};
static struct metric FAILED = {.name = "sotay_blob_sweeps_failed_total",
                               .help = "Passes over uploaded files that a service or the disk has ended",
                               .type = METRIC_COUNTER};
static struct metric LAST = {.name = "sotay_blob_sweep_last_timestamp_seconds",
                             .help = "When the last whole pass of any gateway ended; 0: none has",
                             .type = METRIC_GAUGE};

static int64_t now_us(const struct sweep *sweep)
{
    return clock_now_us() + clock_offset_us(sweep->options.clock_file);
}

/* --- asking --- */

static void mark_named(struct question *question, const Pb__NamedFiles *said)
{
    for (size_t i = 0; i < said->n_sha256s; i++)
        for (size_t j = 0; j < question->n; j++)
            if (said->sha256s[i].len == BLOB_SHA256_BYTES &&
                memcmp(said->sha256s[i].data, question->names[j].sha256, BLOB_SHA256_BYTES) == 0)
                question->names[j].is_named = true;
}

/* On the HTTP client's thread. */
static void on_named(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct asked *asked = arg;
    struct question *question = asked->question;
    struct sweep *sweep = question->sweep;
    const Pb__NamedFiles *said = NULL;
    if (!err && !(said = (Pb__NamedFiles *)service_payload(asked, &pb__named_files__descriptor, reply)))
        err = ERR_MALFORMED;
    pthread_mutex_lock(&sweep->lock);
    if (said)
        mark_named(question, said);
    if (err && !question->err) {
        question->err = err;
        question->refused_by = services_name(asked->service);
    }
    mem_free(asked);
    bool is_ours = --question->waits_for == 0 && question->is_dropped;
    pthread_cond_signal(&sweep->changed);
    pthread_mutex_unlock(&sweep->lock);
    if (is_ours)
        mem_free(question);
}

static void ask(struct question *question)
{
    Pb__GetNamedFiles message = PB__GET_NAMED_FILES__INIT;
    ProtobufCBinaryData hashes[BLOB_SWEEP_NAMES];
    for (size_t i = 0; i < question->n; i++)
        hashes[i] = (ProtobufCBinaryData){BLOB_SHA256_BYTES, question->names[i].sha256};
    message.n_sha256s = question->n;
    message.sha256s = hashes;
    question->waits_for = SWEEP_N_ASKS; /* before the first answer */
    for (size_t i = 0; i < SWEEP_N_ASKS; i++) {
        struct asked *asked = mem_new(NULL, struct asked);
        *asked = (struct asked){question, SWEEP_ASKS[i]};
        const struct service_query query = {
            .service = asked->service, .message = &message.base, .correlation_id = "sweep"};
        service_ask(question->sweep->options.services, &query, on_named, asked);
    }
}

/* Of a whole answer: ERR_OK. It is freed then, or by the last answer. */
static enum err wait_for(struct sweep *sweep, const struct question *question)
{
    pthread_mutex_lock(&sweep->lock);
    while (question->waits_for > 0 && !sweep->stopping)
        pthread_cond_wait(&sweep->changed, &sweep->lock);
    enum err err = question->waits_for > 0 ? ERR_UNAVAILABLE : question->err;
    if (err) {
        sweep->err = err;
        sweep->refused_by = question->refused_by;
    }
    pthread_mutex_unlock(&sweep->lock);
    return err;
}

static void let_go(struct sweep *sweep, struct question *question)
{
    pthread_mutex_lock(&sweep->lock);
    question->is_dropped = true;
    bool is_ours = question->waits_for == 0;
    pthread_mutex_unlock(&sweep->lock);
    if (is_ours)
        mem_free(question);
}

/* --- a pass --- */

/* False: it is time to stop. */
static bool breathe(struct sweep *sweep, int64_t for_us)
{
    int64_t until_us = clock_monotonic_us() + for_us;
    const struct timespec until = {.tv_sec = until_us / CLOCK_SECOND_US,
                                   .tv_nsec = (long)(until_us % CLOCK_SECOND_US) * 1000};
    pthread_mutex_lock(&sweep->lock);
    while (!sweep->stopping && clock_monotonic_us() < until_us)
        pthread_cond_timedwait(&sweep->changed, &sweep->lock, &until);
    bool goes_on = !sweep->stopping;
    pthread_mutex_unlock(&sweep->lock);
    return goes_on;
}

/* ERR_OK with `ret_done`: there are no more names. */
static enum err step(struct sweep *sweep, struct blob_sweep *pass, int64_t at_us, struct blob_swept *swept,
                     bool *ret_done)
{
    struct question *question = mem_new(NULL, struct question);
    question->sweep = sweep;
    question->n = blob_sweep_next(pass, question->names);
    *ret_done = question->n == 0;
    enum err err = ERR_OK;
    if (question->n > 0) {
        ask(question);
        err = wait_for(sweep, question);
    }
    if (!err && question->n > 0)
        blob_sweep_settle(pass, question->names, question->n, at_us, at_us - sweep->unused_us, swept);
    let_go(sweep, question);
    return err;
}

/* As of the moment when it begins, so that a clock that is set meanwhile changes nothing. */
static enum err go_through(struct sweep *sweep, struct blob_sweep *pass, struct blob_swept *swept)
{
    const int64_t at_us = now_us(sweep);
    bool done = false;
    enum err err = ERR_OK;
    bool is_regular = sweep->last_us > 0 && at_us - sweep->last_us < sweep->options.period_us + LONG_AGO_US;
    sweep->unused_us = is_regular ? sweep->options.unused_us : INT64_MAX / 2;
    blob_held_clean(sweep->options.blob_dir);
    while (!err && !done) {
        err = step(sweep, pass, at_us, swept, &done);
        if (!err && !done && !breathe(sweep, BREATHES_US))
            err = ERR_UNAVAILABLE;
    }
    if (!err)
        blob_sweep_end(pass, at_us);
    return err;
}

static void tell(const struct blob_swept *swept, enum err err)
{
    metric_add(&FILES, swept->files);
    metric_add(&BYTES, swept->bytes);
    metric_add(&FAILED, err != ERR_OK);
    if (err)
        log_warn("blob_sweep", "err=%s files=%lld bytes=%lld", err_word(err), (long long)swept->files,
                 (long long)swept->bytes);
    else if (swept->files > 0)
        log_info("blob_sweep", "files=%lld bytes=%lld", (long long)swept->files, (long long)swept->bytes);
}

/* Also where the clock was set back behind the last pass. */
static bool is_due(struct sweep *sweep)
{
    int64_t last_us = blob_sweep_last_us(sweep->options.blob_dir), at_us = now_us(sweep);
    if (last_us != sweep->last_us)
        atomic_store(&sweep->good_since_us, clock_monotonic_us());
    sweep->last_us = last_us;
    metric_set(&LAST, last_us / CLOCK_SECOND_US);
    return clock_monotonic_us() >= sweep->not_before_us &&
           (last_us == 0 || at_us - last_us >= sweep->options.period_us || last_us - at_us > sweep->options.period_us);
}

static void forget_refusal(struct sweep *sweep)
{
    pthread_mutex_lock(&sweep->lock);
    sweep->refused_by = NULL;
    pthread_mutex_unlock(&sweep->lock);
}

/* Another gateway may have gone through it while this one took the lock. */
static void pass_if_due(struct sweep *sweep)
{
    struct blob_sweep *pass = NULL;
    struct blob_swept swept = {0};
    if (!is_due(sweep))
        return;
    forget_refusal(sweep);
    enum err err = blob_sweep_begin(sweep, sweep->options.blob_dir, &pass);
    if (err == ERR_OVERLOADED)
        return;
    if (!err && is_due(sweep))
        err = go_through(sweep, pass, &swept);
    mem_free(pass);
    tell(&swept, err);
    if (err)
        sweep->not_before_us = clock_monotonic_us() +
                               (sweep->options.period_us < AGAIN_US ? sweep->options.period_us : AGAIN_US);
}

static void *run(void *arg)
{
    struct sweep *sweep = arg;
    blob_held_clean(sweep->options.blob_dir);
    do
        pass_if_due(sweep);
    while (breathe(sweep, LOOKS_US));
    return NULL;
}

/* --- life --- */

enum err sweep_start(TALLOC_CTX *ctx, const struct sweep_options *options, struct sweep **ret_sweep)
{
    struct metric *const metrics[] = {&FILES, &BYTES, &FAILED, &LAST};
    struct sweep *sweep = mem_new(ctx, struct sweep);
    pthread_condattr_t monotonic;
    sweep->options = *options;
    sweep->good_since_us = clock_monotonic_us();
    for (size_t i = 0; i < ARRAY_LENGTH(metrics); i++)
        metrics_register(metrics[i]);
    pthread_mutex_init(&sweep->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&sweep->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&sweep->thread, NULL, run, sweep) != 0) {
        mem_free(sweep);
        return ERR_INTERNAL;
    }
    *ret_sweep = sweep;
    return ERR_OK;
}

void sweep_stop(struct sweep *sweep)
{
    pthread_mutex_lock(&sweep->lock);
    sweep->stopping = true;
    pthread_cond_signal(&sweep->changed);
    pthread_mutex_unlock(&sweep->lock);
    (void)pthread_join(sweep->thread, NULL); /* ours, joined once */
}

const char *sweep_late(TALLOC_CTX *ctx, const struct sweep *sweep)
{
    struct sweep *shared = (struct sweep *)(uintptr_t)sweep; /* its lock is not of what the caller sees */
    int64_t since_us = atomic_load(&shared->good_since_us);
    if (clock_monotonic_us() - since_us < 3 * sweep->options.period_us + LATE_US)
        return NULL;
    pthread_mutex_lock(&shared->lock);
    const char *text = shared->refused_by ? mem_printf(ctx, "%s says %s", shared->refused_by, err_word(shared->err))
                                          : "see the log (blob_sweep)";
    pthread_mutex_unlock(&shared->lock);
    return text;
}
