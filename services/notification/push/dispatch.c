#include "services/notification/push/dispatch.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "common/base/uuid_map.h"
#include "common/loop/loop_store_restored.h"
#include "services/notification/push/account_store.h"
#include "services/notification/push/push.h"
#include "services/notification/push/result_store.h"
#include "services/notification/push/shard_store.h"
#include <sodium.h>
#include <string.h>

enum { RECORD_PAUSE_MS = 1000, UNREACHABLE_S = 2, CLAIM_LIMIT = 64 };
#define ACCOUNT_RENEWED_US (2 * CLOCK_SECOND_US)
/* Sending ends before the lease does, and so much earlier that its results are recorded too: another instance would
 * send the same once more. */
#define SENDING_US ((ACCOUNT_LEASE_S - 2) * CLOCK_SECOND_US)

struct dispatch {
    struct dispatch_options options;
    struct push_account account;
    bool holds_account;
    int64_t account_asked_us; /* monotonic */
    int64_t blocked_until_us; /* monotonic: the provider asked for a pause, or is away */
    int64_t restored_at_us;   /* the newest mark (loop_store_restored.h); 0: none */
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

void dispatch_register_metrics(void)
{
    for (size_t i = 0; i < ARRAY_LENGTH(sent); i++)
        metrics_register(&sent[i]);
}

static int64_t now_us(const struct dispatch *d)
{
    return d->options.now_us(d->options.arg);
}

/* Nothing is sent for this account until then; other accounts go on. */
static void block(struct dispatch *d, int seconds)
{
    int64_t until = clock_monotonic_us() + seconds * CLOCK_SECOND_US;
    if (d->blocked_until_us < until)
        d->blocked_until_us = until;
}

/* --- the account -------------------------------------------------------------------------------------------------- */

/* Asks for the lease, or asks again in time. */
static enum err hold_account(struct dispatch *d, TALLOC_CTX *ctx)
{
    int64_t asked_us = clock_monotonic_us();
    if (d->holds_account && asked_us - d->account_asked_us < ACCOUNT_RENEWED_US)
        return ERR_OK;
    struct pg_result *rows = account_store_lease(ctx, d->options.pg, &d->account);
    enum err err = pg_flush(d->options.pg);
    bool holds = !err && pg_rows(rows) > 0;
    if (holds != d->holds_account)
        log_info("push_account", "account=%s held=%s", d->account.name, holds ? "true" : "false");
    d->holds_account = holds;
    d->account_asked_us = asked_us;
    return err;
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

/* NULL: it may be sent. */
static const char *why_never(const struct dispatch *d, const struct chunk *chunk, const struct push_target *target)
{
    if (target->shard->is_withdrawn)
        return "WITHDRAWN";
    if (chunk->now_us >= target->shard->expires_at_us)
        return "EXPIRED";
    if (!push_rings_after_restore(target->due_us, d->restored_at_us))
        return "RESTORED";
    return target->is_addressed ? NULL : "NOT_ADDRESSED";
}

static void expire(struct push_target *target)
{
    if (target->next_at_us >= target->shard->expires_at_us)
        target->result.status = PUSH_EXPIRED;
}

/* True when it is quiet for the member, until his morning. */
static bool waits(const struct dispatch *d, const struct chunk *chunk, struct push_target *target)
{
    target->next_at_us = quiet_rings_at_us(target->shard->quiet, d->options.quiet, &target->wish, &target->member,
                                           chunk->now_us, target->has_waited);
    if (target->next_at_us <= chunk->now_us)
        return false;
    target->result = (struct push_result){.status = PUSH_RETRYING, .code = QUIET_CODE};
    expire(target);
    return true;
}

/* Those that are to be sent; the others get their result here. */
static size_t select_targets(const struct dispatch *d, const struct chunk *chunk, struct push_target *to_send[])
{
    size_t n = 0;
    for (size_t i = 0; i < chunk->n; i++) {
        struct push_target *target = &chunk->targets[i];
        const char *reason = why_never(d, chunk, target);
        if (reason)
            target->result = never(reason);
        else if (!waits(d, chunk, target))
            to_send[n++] = target;
    }
    return n;
}

static struct uuid key_of_device(const struct push_target *target)
{
    const void *parts[] = {target->member.bytes, target->device_id};
    const size_t bytes[] = {sizeof target->member.bytes, strlen(target->device_id)};
    return uuid_hash(2, parts, bytes);
}

/* For each phone, of what has waited for the morning, that which may be tried for longest. */
static struct uuid_map *leaders(TALLOC_CTX *ctx, struct push_target *const to_send[], size_t n)
{
    struct uuid_map *leaders = uuid_map_new(ctx);
    for (size_t i = 0; i < n; i++) {
        struct uuid key = key_of_device(to_send[i]);
        const struct push_target *leader = uuid_map_get(leaders, &key);
        if (to_send[i]->has_waited && (!leader || leader->shard->expires_at_us < to_send[i]->shard->expires_at_us))
            uuid_map_put(leaders, &key, to_send[i]);
    }
    return leaders;
}

/* What has waited for the morning rings each phone once: its leader is sent, and what becomes of it becomes of all. */
static size_t gather_rings(TALLOC_CTX *ctx, struct push_target *to_send[], size_t n)
{
    struct uuid_map *waited = leaders(ctx, to_send, n);
    size_t n_rings = 0;
    for (size_t i = 0; i < n; i++) {
        struct uuid key = key_of_device(to_send[i]);
        struct push_target *leader = to_send[i]->has_waited ? uuid_map_get(waited, &key) : NULL;
        to_send[i]->rings_with = leader == to_send[i] ? NULL : leader;
        if (!to_send[i]->rings_with)
            to_send[n_rings++] = to_send[i];
    }
    return n_rings;
}

/* What could not be sent in the morning is still to ring once. */
static void wait_on(const struct chunk *chunk)
{
    for (size_t i = 0; i < chunk->n; i++)
        if (chunk->targets[i].has_waited && chunk->targets[i].result.status == PUSH_RETRYING)
            chunk->targets[i].result.code = QUIET_CODE;
}

static void take_results_of_rings(const struct chunk *chunk)
{
    for (size_t i = 0; i < chunk->n; i++) {
        struct push_target *target = &chunk->targets[i];
        if (!target->rings_with)
            continue;
        target->result = target->rings_with->result;
        target->next_at_us = target->rings_with->next_at_us;
        if (target->result.status == PUSH_RETRYING)
            expire(target);
    }
}

/* What is to be tried again, and when; past the expiry it never is. */
static void plan_retries(struct dispatch *d, struct chunk *chunk)
{
    for (size_t i = 0; i < chunk->n; i++) {
        struct push_target *target = &chunk->targets[i];
        struct push_result *result = &target->result;
        if (result->status != PUSH_RETRYING || target->rings_with || target->next_at_us > chunk->now_us)
            continue;
        if (result->retry_after_s > 0)
            block(d, result->retry_after_s);
        int wait_s = result->wait_s > result->retry_after_s ? result->wait_s : result->retry_after_s;
        int attempts = result->is_unsent ? 1 : target->attempts + 1;
        target->next_at_us = chunk->now_us + push_retry_delay_us(attempts, wait_s, randombytes_uniform(1000));
        expire(target);
    }
}

static enum err record_once(struct dispatch *d, TALLOC_CTX *ctx, const struct chunk *chunk)
{
    struct pg_result *moved = NULL;
    int64_t at_us = now_us(d);
    pg_queue_sql(d->options.pg, "BEGIN");
    result_store_add(ctx, d->options.pg, &d->account, chunk->targets, chunk->n, at_us);
    if (!chunk->again)
        moved = result_store_move(ctx, d->options.pg, &d->account, chunk->shards, chunk->n_shards);
    result_store_settle(ctx, d->options.pg, chunk->shards, chunk->n_shards, chunk->now_us, at_us);
    enum err err = pg_flush(d->options.pg);
    if (err)
        return err;
    bool lost = moved && pg_affected(moved) != (int64_t)chunk->n_shards;
    FAILPOINT("push.record.before");
    pg_queue_sql(d->options.pg, lost ? "ROLLBACK" : "COMMIT");
    err = pg_flush(d->options.pg);
    return err ? err : lost ? ERR_OWNER_LOST : ERR_OK;
}

static bool can_be_recorded_later(enum err err)
{
    return err == ERR_DEADLINE || (err != ERR_OWNER_LOST && err_info(err)->disposition == DISPOSITION_RETRY);
}

/* What was sent must be recorded, or it is sent again: so this waits for the database, as long as the service runs. */
static enum err record(struct dispatch *d, TALLOC_CTX *ctx, const struct chunk *chunk)
{
    enum err err = record_once(d, ctx, chunk);
    while (can_be_recorded_later(err) && !d->options.stopping(d->options.arg)) {
        log_warn("push_record_failed", "err=%s detail=\"%s\"", err_word(err), pg_message(d->options.pg));
        pause_ms(RECORD_PAUSE_MS);
        err = record_once(d, ctx, chunk);
    }
    for (size_t i = 0; !err && i < chunk->n; i++)
        metric_add(&sent[chunk->targets[i].result.status], 1);
    return err;
}

/* What the provider is to send, and what its answers mean. */
static enum err send_messages(struct dispatch *d, TALLOC_CTX *ctx, int64_t at_us, struct push_target *const targets[],
                              size_t n)
{
    const struct provider *provider = d->options.provider;
    struct push_message *messages = mem_array(ctx, struct push_message, n);
    for (size_t i = 0; i < n; i++)
        messages[i] = (struct push_message){.notification = targets[i]->shard->notification,
                                            .kind = targets[i]->shard->kind,
                                            .url = targets[i]->shard->url,
                                            .is_urgent = targets[i]->shard->quiet == PUSH_NEVER_QUIET,
                                            .title = targets[i]->shard->title,
                                            .body = targets[i]->shard->body,
                                            .token = targets[i]->token,
                                            .expires_at_us = targets[i]->shard->expires_at_us};
    int64_t until_us = d->account_asked_us + SENDING_US;
    enum err err = n > 0 ? provider->send(d->options.loaded, ctx, at_us, until_us, messages, n) : ERR_OK;
    for (size_t i = 0; !err && i < n; i++)
        targets[i]->result = provider->result(&messages[i].answer);
    return err;
}

static enum err send_chunk(struct dispatch *d, TALLOC_CTX *ctx, struct chunk *chunk)
{
    struct push_target **to_send = mem_array(ctx, struct push_target *, chunk->n);
    size_t n = select_targets(d, chunk, to_send);
    if (chunk->again)
        n = gather_rings(ctx, to_send, n);
    FAILPOINT("push.send.before");
    enum err err = hold_account(d, ctx); /* reading what is due may have taken a while */
    if (err || !d->holds_account)
        return err ? err : ERR_OWNER_LOST;
    err = send_messages(d, ctx, chunk->now_us, to_send, n);
    if (err) {
        log_warn("provider_unreachable", "provider=%s account=%s", d->options.provider->name, d->account.name);
        block(d, UNREACHABLE_S);
        return err; /* nothing was sent: the cursors stay */
    }
    FAILPOINT("push.send.after");
    plan_retries(d, chunk);
    take_results_of_rings(chunk);
    wait_on(chunk);
    return record(d, ctx, chunk);
}

/* --- what is due -------------------------------------------------------------------------------------------------- */

/* A full chunk ends within the shard of its last device: that one and those after it go on in the next. */
static void move_cursors(const struct dispatch *d, const struct chunk *chunk)
{
    bool is_full = chunk->n == (size_t)d->options.chunk;
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
static enum err load_targets(struct dispatch *d, TALLOC_CTX *ctx, struct chunk *chunk)
{
    struct pg_result *rows = shard_store_targets(ctx, d->options.pg, &d->account, chunk->shards, chunk->n_shards,
                                                 chunk->now_us, d->options.chunk);
    enum err err = pg_flush(d->options.pg);
    if (err)
        return err;
    chunk->targets = shard_store_read_targets(ctx, rows, chunk->shards);
    chunk->n = pg_rows(rows);
    move_cursors(d, chunk);
    return ERR_OK;
}

/* A chunk of the shards that are due first. `*ret_any`: there was one. */
static enum err send_shards(struct dispatch *d, TALLOC_CTX *ctx, bool *ret_any)
{
    struct chunk chunk = {.now_us = now_us(d)};
    struct pg_result *rows = shard_store_claim(ctx, d->options.pg, &d->account, chunk.now_us, CLAIM_LIMIT);
    enum err err = pg_flush(d->options.pg);
    *ret_any = !err && pg_rows(rows) > 0;
    if (!*ret_any)
        return err;
    chunk.n_shards = pg_rows(rows);
    chunk.shards = shard_store_read_claim(ctx, rows);
    err = load_targets(d, ctx, &chunk);
    return err ? err : send_chunk(d, ctx, &chunk);
}

static enum err send_again(struct dispatch *d, TALLOC_CTX *ctx, bool *ret_any)
{
    struct chunk chunk = {.again = true, .now_us = now_us(d)};
    struct pg_result *rows = shard_store_again(ctx, d->options.pg, &d->account, chunk.now_us, d->options.chunk);
    enum err err = pg_flush(d->options.pg);
    *ret_any = !err && pg_rows(rows) > 0;
    if (!*ret_any)
        return err;
    chunk.n = pg_rows(rows);
    chunk.targets = shard_store_read_again(ctx, rows, &chunk.shards, &chunk.n_shards);
    return send_chunk(d, ctx, &chunk);
}

static enum err send_due(struct dispatch *d, TALLOC_CTX *ctx, bool *ret_any)
{
    struct pg_result *due = shard_store_due(ctx, d->options.pg, &d->account, now_us(d));
    const struct pg_result *restored = loop_store_restored_queue(d->options.pg, ctx);
    enum err err = pg_flush(d->options.pg);
    if (err)
        return err;
    d->restored_at_us = loop_store_restored(restored).marked_at_us;
    if (pg_get_bool(due, 0, 0))
        return send_shards(d, ctx, ret_any);
    return pg_get_bool(due, 0, 1) ? send_again(d, ctx, ret_any) : ERR_OK;
}

/* --- a turn ------------------------------------------------------------------------------------------------------- */

enum err dispatch_turn(struct dispatch *d, TALLOC_CTX *ctx, bool *ret_any)
{
    bool any = false;
    enum err err = hold_account(d, ctx);
    if (!err && d->holds_account && clock_monotonic_us() >= d->blocked_until_us)
        err = send_due(d, ctx, &any);
    if (err && err != ERR_UNAVAILABLE)
        log_warn("push_failed", "account=%s err=%s detail=\"%s\"", d->account.name, err_word(err),
                 pg_message(d->options.pg));
    if (!err)
        *ret_any = any;
    return err;
}

bool dispatch_holds(const struct dispatch *d)
{
    return d->holds_account;
}

void dispatch_release(struct dispatch *d, TALLOC_CTX *ctx)
{
    if (!d->holds_account)
        return;
    account_store_release(ctx, d->options.pg, &d->account);
    if (pg_flush(d->options.pg))
        log_info("push_account_kept", "account=%s", d->account.name); /* the lease runs out by itself */
    d->holds_account = false;
}

struct dispatch *dispatch_new(TALLOC_CTX *ctx, const struct dispatch_options *options)
{
    struct dispatch *d = mem_new(ctx, struct dispatch);
    d->options = *options;
    d->account = (struct push_account){.name = options->account,
                                       .owner = options->owner,
                                       .devices = options->provider->devices,
                                       .n_devices = options->provider->n_devices};
    return d;
}
