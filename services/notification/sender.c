#include "services/notification/sender.h"

#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "services/notification/provider_fcm.h"
#include "services/notification/store.h"
#include <pthread.h>
#include <sodium.h>
#include <string.h>

enum { IDLE_MS = 200, PAUSE_MS = 1000, UNREACHABLE_S = 2, CLAIM_LIMIT = 64 };
#define ACCOUNT_RENEWED_US (2 * CLOCK_SECOND_US) /* of a lease of ten seconds */

static struct {
    const char *url, *project, *token, *account;
    int64_t connections, streams, chunk;
    bool enabled;
} config;

const struct config_key SENDER_KEYS[SENDER_N_KEYS] = {
    {.name = "sender",
     .type = CONFIG_BOOL,
     .flag = &config.enabled,
     .number_default = 1,
     .help = "send pushes; one instance at a time does"},
    {.name = "fcm_url",
     .type = CONFIG_TEXT,
     .text = &config.url,
     .text_default = "",
     .help = "FCM HTTP v1, https://fcm.googleapis.com; http:// is HTTP/2 without TLS; empty: no pushes"},
    {.name = "fcm_project",
     .type = CONFIG_TEXT,
     .text = &config.project,
     .text_default = "sotay",
     .help = "project id at FCM"},
    {.name = "fcm_token_file",
     .type = CONFIG_SECRET_FILE,
     .text = &config.token,
     .text_default = "",
     .help = "file with the OAuth 2 access token"},
    {.name = "fcm_account",
     .type = CONFIG_TEXT,
     .text = &config.account,
     .text_default = "fcm",
     .help = "what shares a quota: one sender is active for each"},
    {.name = "push_connections",
     .type = CONFIG_INT,
     .number = &config.connections,
     .number_default = 8,
     .min = 1,
     .max = 64,
     .unit = "",
     .help = "connections to the provider at most"},
    {.name = "push_streams",
     .type = CONFIG_INT,
     .number = &config.streams,
     .number_default = 100,
     .min = 1,
     .max = 1000,
     .unit = "",
     .help = "messages under way on a connection at most"},
    {.name = "push_chunk",
     .type = CONFIG_INT,
     .number = &config.chunk,
     .number_default = 2000,
     .min = 1,
     .max = 10000,
     .unit = "devices",
     .help = "sent before results are recorded"},
};

static struct metric sent[] = {
    [PUSH_DELIVERED] = {.name = "sotay_push_total",
                        .labels = "status=\"delivered\"",
                        .help = "Results of push messages",
                        .type = METRIC_COUNTER},
    [PUSH_DEAD] = {.name = "sotay_push_total",
                   .labels = "status=\"dead\"",
                   .help = "Results of push messages",
                   .type = METRIC_COUNTER},
    [PUSH_EXPIRED] = {.name = "sotay_push_total",
                      .labels = "status=\"expired\"",
                      .help = "Results of push messages",
                      .type = METRIC_COUNTER},
    [PUSH_RETRYING] = {.name = "sotay_push_total",
                       .labels = "status=\"retrying\"",
                       .help = "Results of push messages",
                       .type = METRIC_COUNTER},
};

struct sender {
    struct service *service;
    pthread_t thread;
    struct pg *pg;
    struct provider_fcm *fcm;
    const char *owner;
    bool holds_account;
    int64_t account_asked_us; /* monotonic */
    int64_t blocked_until_us; /* monotonic: the provider asked for a pause, or is away */
};
static struct sender *sender; /* main's thread makes and ends it */

static void block(struct sender *s, int seconds)
{
    int64_t until = clock_monotonic_us() + seconds * CLOCK_SECOND_US;
    if (s->blocked_until_us < until)
        s->blocked_until_us = until;
}

/* --- a chunk ------------------------------------------------------------------------------------------------------ */

struct chunk {
    struct push_shard *shards;
    size_t n_shards;
    struct push_target *targets; /* in the order of the shards */
    size_t n;
    bool again; /* rows that are there already: no cursor moves */
    int64_t now_us;
};

static struct push_result never(const char *code)
{
    return (struct push_result){.status = PUSH_EXPIRED, .code = code};
}

/* Those that are to be sent; the others get their result here. */
static size_t select_targets(const struct chunk *chunk, struct push_target *to_send[])
{
    size_t n = 0;
    for (size_t i = 0; i < chunk->n; i++) {
        struct push_target *target = &chunk->targets[i];
        if (target->shard->is_withdrawn)
            target->result = never("WITHDRAWN");
        else if (chunk->now_us >= target->shard->expires_at_us)
            target->result = never("EXPIRED");
        else if (!target->is_addressed)
            target->result = never("NOT_ADDRESSED");
        else
            to_send[n++] = target;
    }
    return n;
}

/* What is to be tried again, and when; past the expiry it never is. */
static void plan_retries(struct sender *s, struct chunk *chunk)
{
    for (size_t i = 0; i < chunk->n; i++) {
        struct push_target *target = &chunk->targets[i];
        struct push_result *result = &target->result;
        if (result->status != PUSH_RETRYING)
            continue;
        if (result->retry_after_s > 0)
            block(s, result->retry_after_s);
        target->next_at_us = chunk->now_us + push_retry_delay_us(target->attempts + 1, result->retry_after_s,
                                                                 randombytes_uniform(1000));
        if (target->next_at_us >= target->shard->expires_at_us)
            result->status = PUSH_EXPIRED;
    }
}

static enum err record_once(struct sender *s, TALLOC_CTX *ctx, const struct chunk *chunk)
{
    struct pg_result *moved = NULL;
    int64_t at_us = service_now_us(s->service);
    pg_queue_sql(s->pg, "BEGIN");
    store_queue_start(ctx, s->pg, chunk->shards, chunk->n_shards, chunk->now_us);
    store_queue_results(ctx, s->pg, chunk->targets, chunk->n, at_us);
    if (!chunk->again)
        moved = store_queue_cursors(ctx, s->pg, chunk->shards, chunk->n_shards, s->owner);
    store_queue_settle(ctx, s->pg, chunk->shards, chunk->n_shards, at_us);
    enum err err = pg_flush(s->pg);
    if (err)
        return err;
    bool lost = moved && pg_affected(moved) != (int64_t)chunk->n_shards;
    FAILPOINT("push.record.before");
    pg_queue_sql(s->pg, lost ? "ROLLBACK" : "COMMIT");
    err = pg_flush(s->pg);
    return err ? err : lost ? ERR_OWNER_LOST : ERR_OK;
}

/* What was sent must be recorded, or it is sent again: so this waits for the database, as long as the service runs. */
static enum err record(struct sender *s, TALLOC_CTX *ctx, const struct chunk *chunk)
{
    enum err err = record_once(s, ctx, chunk);
    while (err && err != ERR_OWNER_LOST && err_info(err)->disposition == DISPOSITION_RETRY &&
           !service_stopping(s->service)) {
        log_warn("push_record_failed", "err=%s detail=\"%s\"", err_word(err), pg_message(s->pg));
        pause_ms(PAUSE_MS);
        err = record_once(s, ctx, chunk);
    }
    for (size_t i = 0; !err && i < chunk->n; i++)
        metric_add(&sent[chunk->targets[i].result.status], 1);
    return err;
}

static enum err send_chunk(struct sender *s, TALLOC_CTX *ctx, struct chunk *chunk)
{
    struct push_target **to_send = mem_array(ctx, struct push_target *, chunk->n);
    size_t n = select_targets(chunk, to_send);
    FAILPOINT("push.send.before");
    enum err err = n > 0 ? provider_fcm_send(s->fcm, chunk->now_us, to_send, n) : ERR_OK;
    if (err) {
        log_warn("provider_unreachable", "url=%s", config.url);
        block(s, UNREACHABLE_S);
        return err; /* nothing was sent: the cursors stay */
    }
    FAILPOINT("push.send.after");
    plan_retries(s, chunk);
    return record(s, ctx, chunk);
}

/* --- what is due -------------------------------------------------------------------------------------------------- */

/* A full chunk ends within the shard of its last device: that one and those after it go on in the next. */
static void move_cursors(const struct chunk *chunk)
{
    bool is_full = chunk->n == (size_t)config.chunk;
    const struct push_shard *last = is_full ? chunk->targets[chunk->n - 1].shard : NULL;
    for (size_t i = 0; i < chunk->n; i++) {
        struct push_target *target = &chunk->targets[i];
        target->shard->cursor_member = target->member;
        target->shard->cursor_device = target->device_id;
    }
    for (size_t i = 0; i < chunk->n_shards; i++)
        chunk->shards[i].done = !is_full || &chunk->shards[i] < last;
}

/* Devices are read at the moment of sending: who left the audience, or was never in it, hears nothing. */
static enum err load_targets(struct sender *s, TALLOC_CTX *ctx, struct chunk *chunk)
{
    struct pg_result *rows = store_queue_targets(ctx, s->pg, chunk->shards, chunk->n_shards, chunk->now_us,
                                                 config.chunk);
    enum err err = pg_flush(s->pg);
    if (err)
        return err;
    chunk->targets = store_read_targets(ctx, rows, chunk->shards);
    chunk->n = pg_rows(rows);
    move_cursors(chunk);
    return ERR_OK;
}

/* A chunk of the shards that are due first. `*ret_any`: there was one. */
static enum err send_shards(struct sender *s, TALLOC_CTX *ctx, bool *ret_any)
{
    struct chunk chunk = {.now_us = service_now_us(s->service)};
    struct pg_result *rows = store_queue_claim(ctx, s->pg, s->owner, chunk.now_us, CLAIM_LIMIT);
    enum err err = pg_flush(s->pg);
    *ret_any = !err && pg_rows(rows) > 0;
    if (!*ret_any)
        return err;
    chunk.n_shards = pg_rows(rows);
    chunk.shards = store_read_claim(ctx, rows);
    err = load_targets(s, ctx, &chunk);
    return err ? err : send_chunk(s, ctx, &chunk);
}

static enum err send_again(struct sender *s, TALLOC_CTX *ctx, bool *ret_any)
{
    struct chunk chunk = {.again = true, .now_us = service_now_us(s->service)};
    struct pg_result *rows = store_queue_again(ctx, s->pg, chunk.now_us, config.chunk);
    enum err err = pg_flush(s->pg);
    *ret_any = !err && pg_rows(rows) > 0;
    if (!*ret_any)
        return err;
    chunk.n = pg_rows(rows);
    chunk.targets = store_read_again(ctx, rows, &chunk.shards, &chunk.n_shards);
    return send_chunk(s, ctx, &chunk);
}

static enum err send_due(struct sender *s, TALLOC_CTX *ctx, bool *ret_any)
{
    struct pg_result *due = store_queue_due(ctx, s->pg, s->owner, service_now_us(s->service));
    enum err err = pg_flush(s->pg);
    if (err)
        return err;
    if (pg_get_bool(due, 0, 0))
        return send_shards(s, ctx, ret_any);
    return pg_get_bool(due, 0, 1) ? send_again(s, ctx, ret_any) : ERR_OK;
}

/* --- the thread --------------------------------------------------------------------------------------------------- */

static enum err hold_account(struct sender *s, TALLOC_CTX *ctx)
{
    int64_t now_us = clock_monotonic_us();
    if (s->holds_account && now_us - s->account_asked_us < ACCOUNT_RENEWED_US)
        return ERR_OK;
    struct pg_result *rows = store_queue_account(ctx, s->pg, config.account, s->owner);
    enum err err = pg_flush(s->pg);
    bool holds = !err && pg_rows(rows) > 0;
    if (holds != s->holds_account)
        log_info("push_account", "account=%s held=%s", config.account, holds ? "true" : "false");
    s->holds_account = holds;
    s->account_asked_us = now_us;
    return err;
}

/* True when there was something to do. */
static bool turn(struct sender *s, TALLOC_CTX *ctx)
{
    bool any = false;
    enum err err = hold_account(s, ctx);
    if (!err && s->holds_account && clock_monotonic_us() >= s->blocked_until_us)
        err = send_due(s, ctx, &any);
    if (err && err != ERR_UNAVAILABLE)
        log_warn("push_failed", "err=%s detail=\"%s\"", err_word(err), pg_message(s->pg));
    if (err)
        pause_ms(PAUSE_MS);
    return any && !err;
}

static void release_account(struct sender *s, TALLOC_CTX *ctx)
{
    if (!s->holds_account)
        return;
    store_queue_account_release(ctx, s->pg, config.account, s->owner);
    if (pg_flush(s->pg))
        log_info("push_account_kept", "account=%s", config.account); /* the lease runs out by itself */
}

static void *run(void *arg)
{
    struct sender *s = arg;
    while (!service_stopping(s->service)) {
        TALLOC_CTX *ctx = mem_context(NULL, "push_turn");
        if (!turn(s, ctx))
            pause_ms(s->holds_account ? IDLE_MS : PAUSE_MS);
        mem_free(ctx);
    }
    release_account(s, s);
    return NULL;
}

enum err sender_start(struct service *service)
{
    if (!config.enabled || !*config.url)
        return ERR_OK;
    for (size_t i = 0; i < sizeof sent / sizeof *sent; i++)
        metrics_register(&sent[i]);
    struct sender *s = mem_new(NULL, struct sender);
    s->service = service;
    s->owner = mem_printf(s, "%s-%s", service_name(service), service_instance(service));
    s->pg = service_pg(service, s);
    const struct provider_fcm_options options = {.url = config.url,
                                                 .project = config.project,
                                                 .bearer = config.token ? config.token : "",
                                                 .connections = (unsigned)config.connections,
                                                 .streams = (unsigned)config.streams,
                                                 .timeout_ms = 10000};
    enum err err = provider_fcm_new(s, &options, &s->fcm);
    if (!err && pthread_create(&s->thread, NULL, run, s) != 0)
        err = ERR_INTERNAL;
    if (err) {
        log_error("sender_start_failed", "err=%s url=%s", err_word(err), config.url);
        mem_free(s);
        return err;
    }
    sender = s;
    return ERR_OK;
}

void sender_stop(struct service *service)
{
    (void)service;
    if (!sender)
        return;
    pthread_join(sender->thread, NULL);
    mem_free(sender);
    sender = NULL;
}
