/* What a request may use, made by parts.c before the first one and constant afterwards: any thread may read the
 * pointers; each part's own header says who may call it. A part gets what it needs when it is made, and does not look
 * for it here. */
#ifndef SOTAY_GATEWAY_GATEWAY_H
#define SOTAY_GATEWAY_GATEWAY_H

#include <stdint.h>

/* settings.c says what each key means. */
struct gateway_config {
    const char *listen, *ops_listen, *kafka, *kafka_user, *kafka_password, *kafka_ca_file, *redis, *redis_password,
        *sockets, *blob_dir, *export_dir, *token_public_key, *run_dir, *clock_file, *app_dir;
    const char *log_level, *vapid_public_key, *ballot_origin, *support_phone;
    const char *trusted_proxies, *proxy_field, *proxied_listen;
    int64_t instances, threads, body_bytes, bodies_bytes, blob_bytes, connections, connections_per_address, deadline_ms,
        idle_s, streams;
    int64_t query_timeout_ms, kafka_partitions, kafka_timeout_ms, redis_timeout_ms, redis_workers, cache_bytes;
    int64_t member_rate, member_burst, address_rate, address_burst, member_unsettled, branch_unsettled;
    int64_t member_held_files, member_held_bytes, organization_held_files, organization_held_bytes, sweep_period_s,
        unused_days;
};

struct again;
struct app;
struct cache;
struct channel;
struct directory;
struct follower;
struct fresh;
struct hub;
struct kafka_producer;
struct limits;
struct openapi;
struct outcomes;
struct peers;
struct route_table;
struct services;
struct sweep;
struct tokens;

struct gateway {
    struct gateway_config config;
    const struct route_table *routes; /* the public API */
    struct kafka_producer *producer;
    struct services *services;
    struct tokens *tokens;
    struct directory *directory;
    struct follower *follower;
    struct limits *limits;
    struct peers *peers;
    struct fresh *fresh;
    struct hub *hub;
    struct channel *channel;
    struct outcomes *outcomes;
    struct cache *cache;
    struct again *again;
    struct openapi *openapi;
    struct app *app;
    struct sweep *sweep;
};

#endif
