#include "services/notification/push/sender.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "services/notification/provider/providers.h"
#include "services/notification/push/dispatch.h"
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum { IDLE_MS = 200, PAUSE_MS = 1000 };

static struct {
    int64_t chunk;
    bool enabled, quiet_hours;
} config;

static const struct config_key KEYS[] = {
    {.name = "sender",
     .type = CONFIG_BOOL,
     .flag = &config.enabled,
     .number_default = 1,
     .help = "send pushes; one instance at a time does"},
    {.name = "quiet_hours",
     .type = CONFIG_BOOL,
     .flag = &config.quiet_hours,
     .number_default = 1,
     .help = "phones are quiet from 21:00 to 7:00; false: only when their members have chosen hours of their own"},
    {.name = "push_chunk",
     .type = CONFIG_INT,
     .number = &config.chunk,
     .number_default = 2000,
     .min = 1,
     .max = 10000,
     .unit = "devices",
     .help = "sent before results are recorded"},
};

struct config_key *sender_keys(TALLOC_CTX *ctx, size_t *ret_n)
{
    size_t n = ARRAY_LENGTH(KEYS);
    for (size_t i = 0; i < PROVIDERS_COUNT; i++)
        n += PROVIDERS[i]->n_keys;
    struct config_key *keys = mem_array(ctx, struct config_key, n), *next = keys + ARRAY_LENGTH(KEYS);
    memcpy(keys, KEYS, sizeof KEYS);
    for (size_t i = 0; i < PROVIDERS_COUNT; next += PROVIDERS[i++]->n_keys)
        memcpy(next, PROVIDERS[i]->keys, PROVIDERS[i]->n_keys * sizeof *keys);
    *ret_n = n;
    return keys;
}

/* One provider's thread. */
struct sender {
    TALLOC_CTX *ctx; /* the thread's alone while it runs; NULL: the provider is not loaded */
    struct service *service;
    const struct provider *provider;
    void *loaded;
    struct dispatch *dispatch;
    pthread_t thread;
    bool runs;
};

static struct sender *senders; /* one for each of PROVIDERS; main's thread makes and ends them */
static atomic_bool stopping;

/* --- the thread --------------------------------------------------------------------------------------------------- */

static int64_t now_us(void *service)
{
    return service_now_us(service);
}

static bool is_stopping(void *service)
{
    return atomic_load(&stopping) || service_stopping(service);
}

static void *run(void *arg)
{
    const struct sender *sender = arg;
    while (!is_stopping(sender->service)) {
        TALLOC_CTX *ctx = mem_context(NULL, "push_turn");
        bool any = false;
        if (dispatch_turn(sender->dispatch, ctx, &any))
            pause_ms(PAUSE_MS);
        if (!any)
            pause_ms(dispatch_holds(sender->dispatch) ? IDLE_MS : PAUSE_MS);
        mem_free(ctx);
    }
    dispatch_release(sender->dispatch, sender->ctx);
    return NULL;
}

/* --- start and stop ----------------------------------------------------------------------------------------------- */

static enum err load(struct sender *sender, struct service *service)
{
    TALLOC_CTX *ctx = mem_context(NULL, "sender");
    enum err err = sender->provider->load(ctx, &sender->loaded);
    if (err) {
        mem_free(ctx);
        return err;
    }
    const struct dispatch_options options = {
        .provider = sender->provider,
        .loaded = sender->loaded,
        .account = sender->provider->account(),
        .owner = mem_printf(ctx, "%s-%s", service_name(service), service_instance(service)),
        .pg = service_pg(service, ctx),
        .quiet = config.quiet_hours ? &QUIET_NIGHTS : &QUIET_NEVER,
        .chunk = config.chunk,
        .now_us = now_us,
        .stopping = is_stopping,
        .arg = service,
    };
    sender->ctx = ctx;
    sender->service = service;
    sender->dispatch = dispatch_new(ctx, &options);
    return ERR_OK;
}

static enum err start(struct sender *sender, const struct provider *provider, struct service *service)
{
    sender->provider = provider;
    if (!provider->account()) {
        log_info("provider_not_configured", "provider=%s", provider->name);
        return ERR_OK;
    }
    enum err err = load(sender, service);
    if (!err && pthread_create(&sender->thread, NULL, run, sender) != 0)
        err = ERR_INTERNAL;
    sender->runs = !err;
    if (err)
        log_error("sender_start_failed", "err=%s provider=%s", err_word(err), provider->name);
    return err;
}

enum err sender_start(struct service *service)
{
    if (!config.enabled)
        return ERR_OK;
    enum err err = ERR_OK;
    senders = mem_array(NULL, struct sender, PROVIDERS_COUNT);
    atomic_store(&stopping, false);
    dispatch_register_metrics();
    for (size_t i = 0; !err && i < PROVIDERS_COUNT; i++)
        err = start(&senders[i], PROVIDERS[i], service);
    if (err)
        sender_stop(service);
    return err;
}

void sender_stop(struct service *service)
{
    (void)service;
    atomic_store(&stopping, true);
    for (size_t i = 0; senders && i < PROVIDERS_COUNT; i++) {
        if (senders[i].runs)
            pthread_join(senders[i].thread, NULL);
        if (senders[i].ctx)
            senders[i].provider->unload(senders[i].loaded);
        mem_free(senders[i].ctx);
    }
    mem_free(senders);
    senders = NULL;
}
