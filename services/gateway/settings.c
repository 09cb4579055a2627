#include "services/gateway/settings.h"

#include "common/base/array.h"
#include "common/base/config.h"
#include "common/base/log.h"
#include "services/gateway/edge/gateway.h"
#include "services/gateway/link/services.h"
#include <stdio.h>

/* Where the table's rows put what they read. */
static struct gateway_config values;

#define TEXT(field, value, words)                                                                            \
    {                                                                                                        \
        .name = #field, .type = CONFIG_TEXT, .text = &values.field, .text_default = (value), .help = (words) \
    }
#define NUMBER(field, value, least, most, in, words)                                                            \
    {                                                                                                           \
        .name = #field, .type = CONFIG_INT, .number = &values.field, .number_default = (value), .min = (least), \
        .max = (most), .unit = (in), .help = (words)                                                            \
    }

static const struct config_key KEYS[] = {
    TEXT(listen, "127.0.0.1:8080", "address of the public API"),
    TEXT(ops_listen, "127.0.0.1:8083", "address of /readyz and /metrics: the operator's, never a public one"),
    TEXT(kafka, "127.0.0.1:19092", "brokers"),
    TEXT(kafka_user, "", "who the gateway is to the brokers; empty: nobody asks"),
    {.name = "kafka_password_file",
     .type = CONFIG_SECRET_FILE,
     .text = &values.kafka_password,
     .text_default = "",
     .help = "its first line is the password"},
    TEXT(kafka_ca_file, "",
         "authorities that sign the brokers' certificates; empty: no TLS, on loopback or with SCRAM"),
    TEXT(redis, "127.0.0.1:16379", "cache and outcomes"),
    {.name = "redis_password_file",
     .type = CONFIG_SECRET_FILE,
     .text = &values.redis_password,
     .help = "its first line is the password"},
    TEXT(sockets, ".run/sock", "folder of the services' <name>.sock, <name>-2.sock …"),
    NUMBER(instances, 1, 1, SERVICES_INSTANCES_MOST, "", "of each service on this machine"),
    TEXT(app_dir, "web/dist", "folder of the web app, read at start; nothing in it: no app is served"),
    TEXT(blob_dir, ".run/blobs", "folder of uploaded files"),
    TEXT(export_dir, ".run/exports", "folder of exports, which analytics makes"),
    {.name = "token_public_key_file",
     .type = CONFIG_TEXT,
     .text = &values.token_public_key,
     .text_default = ".run/secrets/token-public.pem",
     .help = "PEM of auth's ES256 key"},
    TEXT(run_dir, ".run/markers", "folder of markers"),
    TEXT(clock_file, ".run/clock", "demo builds: seconds by which the clock is shifted"),
    TEXT(vapid_public_key, "", "told to clients: with which they subscribe to Web Push; none: they do not"),
    TEXT(ballot_origin, "", "told to clients: where ballots are cast; none: nowhere"),
    TEXT(support_phone, "", "told to clients: whom to call; none: the branch's secretary"),
    TEXT(trusted_proxies, "", "addresses and networks, between commas, of proxies that say for whom they ask"),
    TEXT(proxied_listen, "",
         "another address, of those proxies alone, who speak PROXY protocol version 2 there; empty: none"),
    TEXT(proxy_field, "X-Forwarded-For", "in which they say it: X-Forwarded-For or Forwarded; the other is not read"),
    TEXT(log_level, "info", "debug, info, warn, error"),
    NUMBER(threads, 2, 1, 64, "", "of the HTTP server; not more than cores"),
    NUMBER(body_bytes, 1 << 20, 1024, 1 << 26, "bytes", "largest body, files aside"),
    NUMBER(bodies_bytes, 64 << 20, 1 << 20, INT64_C(1) << 36, "bytes", "all bodies at once; beyond: 503"),
    NUMBER(blob_bytes, 200 << 20, 1024, INT64_C(1) << 34, "bytes", "largest file"),
    NUMBER(connections, 16384, 16, 1000000, "", "at once"),
    NUMBER(connections_per_address, 2048, 1, 1000000, "", "at once; a proxy in front is one address"),
    NUMBER(streams, 10000, 0, 1000000, "",
           "GET /v1/stream at once; three quarters of the connections at most, behind a proxy of one address's"),
    NUMBER(deadline_ms, 30000, 1000, 600000, "ms", "of a whole request; Prefer's 20 s and a report fit in"),
    NUMBER(idle_s, 60, 1, 3600, "s", "of a connection"),
    NUMBER(query_timeout_ms, 5000, 100, 60000, "ms", "of a question to a service"),
    NUMBER(kafka_partitions, 0, 0, 64, "partitions", "of topics that are made; 0: 1 with one broker, 16 with three"),
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
    NUMBER(member_held_files, 200, 1, 100000, "files", "uploaded and not used, of one member"),
    NUMBER(member_held_bytes, INT64_C(1) << 30, 1024, INT64_C(1) << 50, "bytes",
           "uploaded and not used, of one member"),
    NUMBER(organization_held_files, 2000, 1, 100000, "files",
           "uploaded and not used, of one branch; each upload reads them"),
    NUMBER(organization_held_bytes, INT64_C(8) << 30, 1024, INT64_C(1) << 50, "bytes",
           "uploaded and not used, of one branch"),
    NUMBER(unused_days, 45, 40, 3650, "days", "until an unused file goes; the queue keeps its commands for up to 37"),
    NUMBER(sweep_period_s, 3600, 1, 86400, "s", "between two passes over uploaded files"),
};

/* Else it would listen, and hang up on everybody. */
static enum err check_proxied(const struct gateway_config *config)
{
    bool is_unix = strncmp(config->proxied_listen, "unix:", strlen("unix:")) == 0;
    if (!*config->proxied_listen || (*config->trusted_proxies && !is_unix))
        return ERR_OK;
    log_error("proxied_listen", "detail=\"%s\"",
              is_unix ? "a proxy is known by its address: it needs one of TCP" : "it needs trusted_proxies");
    return ERR_CONFIG;
}

enum err settings_read(const char *path, struct gateway_config *ret_config)
{
    enum err err = config_read(path, KEYS, ARRAY_LENGTH(KEYS));
    if (!err)
        err = check_proxied(&values);
    if (!err)
        *ret_config = values;
    return err;
}

/* Streams never give way to others (http_connection.c): a quarter of the connections stays for requests. */
int64_t settings_streams(const struct gateway_config *config)
{
    int64_t most = config->connections / 4 * 3;
    int64_t of_proxy = config->connections_per_address / 4 * 3;
    if (*config->trusted_proxies && of_proxy < most)
        most = of_proxy;
    if (config->streams <= most)
        return config->streams;
    log_warn("streams_lowered", "streams=%lld to=%lld: three quarters of connections, or behind a proxy of %s",
             (long long)config->streams, (long long)most, "connections_per_address");
    return most;
}

void settings_print_help(void)
{
    config_print_help(stdout, "gateway", KEYS, ARRAY_LENGTH(KEYS));
}
