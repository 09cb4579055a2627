/* The gateway's parts, made by main.c before the first request and constant afterwards: any thread may read the
 * pointers; each part's own header says who may call it. */
#ifndef SOTAY_GATEWAY_GATEWAY_H
#define SOTAY_GATEWAY_GATEWAY_H

#include "common/base/workers.h"
#include "common/http/http_client.h"
#include "common/http/http_server.h"
#include "common/kafka/kafka.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct gateway_config {
    const char *listen, *kafka, *redis, *redis_password, *instance, *sockets, *blob_dir, *token_public_key, *run_dir,
        *clock_file;
    const char *log_level;
    int64_t threads, body_bytes, blob_bytes, connections, connections_per_address, deadline_ms, idle_s;
    int64_t query_timeout_ms, kafka_timeout_ms, redis_timeout_ms, redis_workers, cache_bytes;
    int64_t member_rate, member_burst, address_rate, address_burst, member_unsettled, branch_unsettled;
};

struct tokens;
struct directory;
struct limits;
struct outcomes;
struct cache;
struct follower;
struct openapi;

struct gateway {
    struct gateway_config config;
    struct kafka_producer *producer;
    struct http_client *client;
    struct workers *redis_workers; /* each with a Redis connection of its own */
    struct tokens *tokens;
    struct directory *directory;
    struct limits *limits;
    struct outcomes *outcomes;
    struct cache *cache;
    struct follower *follower;
    struct openapi *openapi;
    _Atomic bool ready; /* directory read whole */
};

/* The demo clock's offset for what a request sends on; 0 in release builds. */
int64_t gateway_clock_offset_us(const struct gateway *gateway);

#endif
