#include "services/gateway/parts.h"

#include "common/base/clock.h"
#include "common/base/config.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/redis/redis.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/edge/request.h"
#include "services/gateway/edge/tokens.h"
#include "services/gateway/link/directory.h"
#include "services/gateway/link/follower.h"
#include "services/gateway/openapi.h"
#include "services/gateway/read/cache.h"
#include "services/gateway/write/outcomes.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define STOP_WITHIN_MS 5000
#define GATHER_MS 40 /* the bound; with 5 ms the groups of a busy gateway overlapped, few messages each */

/* --- configuration --- */

#define TEXT(field, value, words)                                                                        \
    {                                                                                                    \
        .name = #field, .type = CONFIG_TEXT, .text = &c->field, .text_default = (value), .help = (words) \
    }
#define NUMBER(field, value, least, most, in, words)                                                        \
    {                                                                                                       \
        .name = #field, .type = CONFIG_INT, .number = &c->field, .number_default = (value), .min = (least), \
        .max = (most), .unit = (in), .help = (words)                                                        \
    }
#define KEYS 34

static size_t config_keys(struct gateway_config *c, struct config_key keys[KEYS])
{
    const struct config_key table[] = {
        TEXT(listen, "127.0.0.1:8080", "address of the public API"),
        TEXT(kafka, "127.0.0.1:19092", "brokers"),
        TEXT(redis, "127.0.0.1:16379", "cache and outcomes"),
        {.name = "redis_password_file",
         .type = CONFIG_SECRET_FILE,
         .text = &c->redis_password,
         .help = "its first line is the password"},
        TEXT(instance, "1", "unique among the gateways: outcomes come back to it"),
        TEXT(sockets, ".run/sock", "folder of the services' <name>.sock"),
        TEXT(blob_dir, ".run/blobs", "folder of uploaded files"),
        {.name = "token_public_key_file",
         .type = CONFIG_TEXT,
         .text = &c->token_public_key,
         .text_default = ".run/secrets/token-public.pem",
         .help = "PEM of auth's ES256 key"},
        TEXT(run_dir, ".run/markers", "folder of markers"),
        TEXT(clock_file, ".run/clock", "demo builds: seconds by which the clock is shifted"),
        TEXT(log_level, "info", "debug, info, warn, error"),
        NUMBER(threads, 2, 1, 64, "", "of the HTTP server; not more than cores"),
        NUMBER(body_bytes, 1 << 20, 1024, 1 << 26, "bytes", "largest body, files aside"),
        NUMBER(blob_bytes, 200 << 20, 1024, INT64_C(1) << 34, "bytes", "largest file"),
        NUMBER(connections, 4096, 16, 1000000, "", "at once"),
        NUMBER(connections_per_address, 2048, 1, 1000000, "", "at once; a proxy in front is one address"),
        NUMBER(deadline_ms, 30000, 1000, 600000, "ms", "of a whole request; Prefer's 20 s and a report fit in"),
        NUMBER(idle_s, 60, 1, 3600, "s", "of a connection"),
        NUMBER(query_timeout_ms, 5000, 100, 60000, "ms", "of a question to a service"),
        NUMBER(kafka_timeout_ms, 5000, 100, 60000, "ms", "until a produce counts as unknown"),
        NUMBER(redis_timeout_ms, 250, 10, 10000, "ms", "of a round trip"),
        NUMBER(redis_workers, 4, 1, 64, "", "threads with a Redis connection each"),
        NUMBER(cache_bytes, 16 << 20, 1 << 16, INT64_C(1) << 36, "bytes", "answers kept in memory"),
        NUMBER(member_rate, 10, 1, 1000000, "requests/s", "of one member"),
        NUMBER(member_burst, 50, 1, 1000000, "requests", "of one member"),
        NUMBER(address_rate, 200, 1, 1000000, "requests/s", "of one address without a token"),
        NUMBER(address_burst, 400, 1, 1000000, "requests", "of one address without a token"),
        NUMBER(member_unsettled, 20, 1, 1000000, "commands", "of one member"),
        NUMBER(branch_unsettled, 200, 1, 1000000, "commands", "of one branch"),
    };
    memcpy(keys, table, sizeof table);
    return sizeof table / sizeof table[0];
}

enum err parts_configure(struct gateway_config *config, const char *path)
{
    struct config_key keys[KEYS];
    size_t n = config_keys(config, keys);
    return config_read(path, keys, n);
}

void parts_print_help(struct gateway_config *config)
{
    struct config_key keys[KEYS];
    size_t n = config_keys(config, keys);
    config_print_help(stdout, "gateway", keys, n);
}

int64_t gateway_clock_offset_us(const struct gateway *gateway)
{
    return clock_offset_us(gateway->config.clock_file);
}

/* --- starting --- */

static void *open_redis(void *arg)
{
    const struct gateway *gateway = arg;
    return redis_new(NULL, gateway->config.redis, gateway->config.redis_password,
                     (int)gateway->config.redis_timeout_ms);
}

static void close_redis(void *redis)
{
    mem_free(redis);
}

static enum err start_bus(TALLOC_CTX *ctx, struct gateway *gateway)
{
    const struct gateway_config *c = &gateway->config;
    const struct kafka_producer_options options = {.timeout_ms = (int)c->kafka_timeout_ms, .gather_ms = GATHER_MS};
    enum err err = kafka_producer_start(ctx, c->kafka, &options, &gateway->producer);
    if (!err)
        err = http_client_start(ctx, 32, &gateway->client);
    if (!err)
        err = workers_start(ctx, "redis", (unsigned)c->redis_workers, 4096, open_redis, close_redis, gateway,
                            &gateway->redis_workers);
    if (err)
        return err;
    gateway->cache = cache_new(ctx, gateway->redis_workers, c->cache_bytes);
    err = outcomes_start(ctx, gateway, &gateway->outcomes);
    return err ? err : follower_start(ctx, gateway, &gateway->follower);
}

static enum err start_http(TALLOC_CTX *ctx, struct gateway *gateway, struct http_server **ret_server)
{
    const struct gateway_config *c = &gateway->config;
    struct http_options options = {
        .listen = c->listen,
        .threads = (unsigned)c->threads,
        .body_bytes = (size_t)c->body_bytes,
        .connections = (unsigned)c->connections,
        .connections_per_address = (unsigned)c->connections_per_address,
        .idle_s = (unsigned)c->idle_s,
        .deadline_ms = (unsigned)c->deadline_ms,
        .handle = request_handle,
        .head = request_head,
        .refuse = request_refuse,
        .arg = gateway,
    };
    return http_server_start(ctx, &options, ret_server);
}

enum err parts_start(TALLOC_CTX *ctx, struct gateway *gateway, struct http_server **ret_server)
{
    if (mkdir(gateway->config.blob_dir, 0700) != 0 && errno != EEXIST)
        log_warn("blob_dir", "detail=\"%m\"");
    gateway->directory = directory_new(ctx);
    gateway->limits = limits_new(ctx, &gateway->config);
    enum err err = tokens_new(ctx, gateway->config.token_public_key, &gateway->tokens);
    if (!err)
        err = openapi_new(ctx, &gateway->openapi);
    if (!err)
        err = start_bus(ctx, gateway);
    return err ? err : start_http(ctx, gateway, ret_server);
}

void parts_stop(struct gateway *gateway, struct http_server *server)
{
    http_server_stop(server);
    follower_stop(gateway->follower);
    kafka_producer_stop(gateway->producer, STOP_WITHIN_MS);
    outcomes_stop(gateway->outcomes);
    http_client_stop(gateway->client);
    workers_stop(gateway->redis_workers);
    cache_health(gateway->cache, false); /* forgets all */
}
