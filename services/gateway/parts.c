#include "services/gateway/parts.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/workers.h"
#include "common/http/http_client.h"
#include "common/http/http_server.h"
#include "common/kafka/kafka.h"
#include "common/redis/redis.h"
#include "services/gateway/edge/fresh.h"
#include "services/gateway/edge/gateway.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/edge/ops.h"
#include "services/gateway/edge/peers.h"
#include "services/gateway/edge/request.h"
#include "services/gateway/edge/tokens.h"
#include "services/gateway/link/channel.h"
#include "services/gateway/link/directory.h"
#include "services/gateway/link/follower.h"
#include "services/gateway/link/services.h"
#include "services/gateway/link/sweep.h"
#include "services/gateway/openapi.h"
#include "services/gateway/read/again.h"
#include "services/gateway/read/app.h"
#include "services/gateway/read/cache.h"
#include "services/gateway/read/queries.h"
#include "services/gateway/routes.h"
#include "services/gateway/settings.h"
#include "services/gateway/stream/hub.h"
#include "services/gateway/write/outcomes.h"
#include "services/gateway/write/reply.h"
#include <errno.h>
#include <sys/stat.h>

#define STOP_WITHIN_MS 5000
#define GATHER_MS 40 /* the bound; with 5 ms the groups of a busy gateway overlapped, few messages each */
#define SERVICE_CONNECTIONS 32
#define REDIS_JOBS_MOST 4096

struct parts {
    struct gateway gateway;
    struct http_client *client;
    struct http_server *server, *operations;
    struct workers *redis_workers; /* each with a Redis connection of its own */
};

/* --- what they call each other by --- */

static void *open_redis(void *arg)
{
    const struct gateway_config *c = arg;
    return redis_new(NULL, c->redis, c->redis_password, (int)c->redis_timeout_ms);
}

static void close_redis(void *redis)
{
    mem_free(redis);
}

static void on_stale(void *gateway, char *const tags[], size_t n)
{
    cache_invalidate(((struct gateway *)gateway)->cache, tags, n);
    hub_stale(((struct gateway *)gateway)->hub, tags, n); /* behind it: who asks because of it asks anew */
}

static void on_settled(void *gateway, const Pb__Outcome *outcome)
{
    outcomes_heard(((struct gateway *)gateway)->outcomes, outcome);
    hub_settled(((struct gateway *)gateway)->hub, outcome);
}

static void on_session_ended(void *arg, const struct uuid *session)
{
    const struct gateway *gateway = arg;
    tokens_end_session(gateway->tokens, session);
    hub_session_ended(gateway->hub, session);
}

/* --- starting --- */

static enum err start_bus(TALLOC_CTX *ctx, struct parts *parts)
{
    struct gateway *gateway = &parts->gateway;
    struct gateway_config *c = &gateway->config;
    const struct kafka_producer_options options = {.timeout_ms = (int)c->kafka_timeout_ms, .gather_ms = GATHER_MS};
    enum err err = kafka_producer_start(ctx, c->kafka, &options, &gateway->producer);
    if (!err)
        err = http_client_start(ctx, SERVICE_CONNECTIONS, &parts->client);
    if (!err)
        err = workers_start(ctx, "redis", (unsigned)c->redis_workers, REDIS_JOBS_MOST, open_redis, close_redis, c,
                            &parts->redis_workers);
    return err;
}

static enum err start_outcomes(TALLOC_CTX *ctx, struct gateway *gateway)
{
    const struct outcomes_options options = {
        .services = gateway->services,
        .producer = gateway->producer,
        .limits = gateway->limits,
        .settled = reply_settled,
        .accepted = reply_accepted,
    };
    return outcomes_start(ctx, &options, &gateway->outcomes);
}

static enum err start_channel(struct gateway *gateway)
{
    const struct channel_options options = {.redis = gateway->config.redis,
                                            .redis_password = gateway->config.redis_password,
                                            .stale = on_stale,
                                            .settled = on_settled,
                                            .arg = gateway};
    return channel_start(gateway->channel, &options);
}

static enum err start_hub(TALLOC_CTX *ctx, struct gateway *gateway)
{
    const struct hub_options options = {.services = gateway->services,
                                        .directory = gateway->directory,
                                        .tokens = gateway->tokens,
                                        .producer = gateway->producer,
                                        .clock_file = gateway->config.clock_file,
                                        .streams_most = (size_t)settings_streams(&gateway->config)};
    return hub_start(ctx, &options, &gateway->hub);
}

static enum err start_follower(TALLOC_CTX *ctx, struct gateway *gateway)
{
    const struct follower_options options = {
        .brokers = gateway->config.kafka,
        .directory = gateway->directory,
        .sessions_back_us = TOKEN_LIFETIME_US + CLOCK_MINUTE_US,
        .session_ended = on_session_ended,
        .arg = gateway,
    };
    return follower_start(ctx, &options, &gateway->follower);
}

static enum err start_sweep(TALLOC_CTX *ctx, struct gateway *gateway)
{
    const struct gateway_config *c = &gateway->config;
    const struct sweep_options options = {.services = gateway->services,
                                          .blob_dir = c->blob_dir,
                                          .clock_file = c->clock_file,
                                          .period_us = c->sweep_period_s * CLOCK_SECOND_US,
                                          .unused_us = c->unused_days * CLOCK_DAY_US};
    return sweep_start(ctx, &options, &gateway->sweep);
}

static enum err start_links(TALLOC_CTX *ctx, struct parts *parts)
{
    struct gateway *gateway = &parts->gateway;
    const struct gateway_config *c = &gateway->config;
    enum err err = start_bus(ctx, parts);
    if (err)
        return err;
    const struct services_options options = {.client = parts->client,
                                             .sockets = c->sockets,
                                             .instances = (unsigned)c->instances,
                                             .clock_file = c->clock_file,
                                             .timeout_ms = (int)c->query_timeout_ms};
    gateway->services = services_new(ctx, &options);
    gateway->channel = channel_new(ctx);
    gateway->cache = cache_new(ctx, parts->redis_workers, gateway->channel, c->cache_bytes);
    err = start_hub(ctx, gateway);
    if (!err)
        err = start_outcomes(ctx, gateway);
    if (!err)
        err = start_channel(gateway);
    if (!err)
        err = again_start(ctx, query_run, &gateway->again);
    if (!err)
        err = start_sweep(ctx, gateway);
    return err ? err : start_follower(ctx, gateway);
}

static bool may_proxy(const char *peer, void *gateway)
{
    return peers_trusts(((const struct gateway *)gateway)->peers, peer);
}

/* What else waits for him than an outcome ends by its own, shorter deadlines. */
static void on_left(struct http_request *http, void *gateway)
{
    struct call *call = http_kept(http);
    if (call)
        outcomes_leave(((const struct gateway *)gateway)->outcomes, call);
}

/* A browser that is led to an answer takes it for nothing but what it is. */
static const struct http_field ALWAYS[] = {{"X-Content-Type-Options", "nosniff"}};

static enum err start_http(TALLOC_CTX *ctx, struct parts *parts)
{
    const struct gateway_config *c = &parts->gateway.config;
    struct http_options options = {
        .listen = c->listen,
        .proxied = c->proxied_listen,
        .may_proxy = may_proxy,
        .threads = (unsigned)c->threads,
        .body_bytes = (size_t)c->body_bytes,
        .bodies_bytes = (size_t)c->bodies_bytes,
        .connections = (unsigned)c->connections,
        .connections_per_address = (unsigned)c->connections_per_address,
        .idle_s = (unsigned)c->idle_s,
        .deadline_ms = (unsigned)c->deadline_ms,
        .handle = request_handle,
        .head = request_head,
        .refuse = request_refuse,
        .left = on_left,
        .refusal = request_refusal,
        .always = ALWAYS,
        .n_always = ARRAY_LENGTH(ALWAYS),
        .arg = &parts->gateway,
    };
    return http_server_start(ctx, &options, &parts->server);
}

static enum err start_operations(TALLOC_CTX *ctx, struct parts *parts)
{
    request_prepare_refusals(ctx); /* before the first server */
    struct http_options options = {
        .listen = parts->gateway.config.ops_listen,
        .threads = 1,
        .body_bytes = 4096,
        .connections = 32,
        .idle_s = 30,
        .deadline_ms = 5000,
        .handle = ops_handle,
        .refusal = request_refusal,
        .arg = &parts->gateway,
    };
    return http_server_start(ctx, &options, &parts->operations);
}

enum err parts_start(TALLOC_CTX *ctx, const struct gateway_config *config, struct parts **ret_parts)
{
    struct parts *parts = mem_new(ctx, struct parts);
    struct gateway *gateway = &parts->gateway;
    gateway->config = *config;
    gateway->routes = &routes;
    if (mkdir(config->blob_dir, 0750) != 0 && errno != EEXIST)
        log_warn("blob_dir", "detail=\"%m\"");
    gateway->directory = directory_new(ctx);
    gateway->limits = limits_new(ctx, config);
    gateway->fresh = fresh_new(ctx);
    enum err err = tokens_new(ctx, config->token_public_key, &gateway->tokens);
    if (!err)
        err = peers_new(ctx, config->trusted_proxies, config->proxy_field, &gateway->peers);
    if (!err)
        err = openapi_new(ctx, gateway->routes, &gateway->openapi);
    if (!err)
        err = app_new(ctx, config->app_dir, config->ballot_origin, &gateway->app);
    if (!err)
        err = start_links(ctx, parts);
    if (!err)
        err = start_operations(ctx, parts);
    if (!err)
        err = start_http(ctx, parts);
    if (!err)
        *ret_parts = parts;
    return err;
}

void parts_stop(struct parts *parts)
{
    const struct gateway *gateway = &parts->gateway;
    hub_stop(gateway->hub); /* its streams would be waited for */
    http_server_stop(parts->server);
    http_server_stop(parts->operations);
    again_stop(gateway->again);
    sweep_stop(gateway->sweep);
    follower_stop(gateway->follower);
    channel_stop(gateway->channel);
    outcomes_stop(gateway->outcomes);
    http_client_stop(parts->client);
    kafka_producer_stop(gateway->producer, STOP_WITHIN_MS); /* behind all who tell it what was answered */
    workers_stop(parts->redis_workers);
    cache_clear(gateway->cache);
    hub_clear(gateway->hub);
}
