/* The push simulator of demo builds, a process of its own: its configuration, its HTTP/1.1 side, its life.
 *
 *   listen_h2  HTTP/2 without TLS: what the sender speaks (simulator_h2.c)
 *   listen     HTTP/1.1: GET /pushes[?notification=ID], one JSON line for each message taken, oldest first; the same
 *              POST; /readyz
 *
 * A token that begins with "dead-" is unregistered. Subscriptions of browsers are /webpush/NAME on either side
 * (simulator_webpush.h). */
#include "deploy/simulator/simulator_h2.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/config.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/http/http_server.h"
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static struct simulator_config config;
static const struct config_key KEYS[] = {
    {.name = "listen",
     .type = CONFIG_TEXT,
     .text = &config.listen,
     .text_default = "127.0.0.1:8190",
     .help = "HTTP/1.1: what was received"},
    {.name = "listen_h2",
     .type = CONFIG_TEXT,
     .text = &config.listen_h2,
     .text_default = "127.0.0.1:8191",
     .help = "HTTP/2 without TLS: what the sender speaks"},
    {.name = "token_file",
     .type = CONFIG_SECRET_FILE,
     .text = &config.token,
     .text_default = "",
     .help = "file with the access token that is taken"},
    {.name = "vapid_public_key",
     .type = CONFIG_TEXT,
     .text = &config.vapid_public_key,
     .text_default = "",
     .help = "with which browsers have subscribed, base64url; empty: whatever a message names"},
    {.name = "pushes_file",
     .type = CONFIG_TEXT,
     .text = &config.pushes_file,
     .text_default = "",
     .help = "messages are appended to it and read at start"},
    {.name = "keep",
     .type = CONFIG_INT,
     .number = &config.keep,
     .number_default = 200000,
     .min = 1,
     .max = 2000000,
     .unit = "messages",
     .help = "kept in memory"},
    {.name = "latency_ms",
     .type = CONFIG_INT,
     .number = &config.latency_ms,
     .number_default = 0,
     .min = 0,
     .max = 60000,
     .unit = "ms",
     .help = "before each answer"},
    {.name = "error_percent",
     .type = CONFIG_INT,
     .number = &config.error_percent,
     .number_default = 0,
     .min = 0,
     .max = 100,
     .unit = "%",
     .help = "answered 503"},
    {.name = "quota_per_minute",
     .type = CONFIG_INT,
     .number = &config.quota_per_minute,
     .number_default = 0,
     .min = 0,
     .max = 10000000,
     .unit = "messages",
     .help = "more are answered 429; 0: no quota"},
};

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
    (void)number;
    stopping = 1;
}

static void reply_text(struct http_request *request, int status, const char *type, const void *body, size_t bytes)
{
    const struct http_field fields[] = {{"Content-Type", type}};
    http_reply(request, status, fields, 1, body, bytes);
}

static void reply_pushes(struct http_request *request, struct simulator *simulator)
{
    static const char PARAMETER[] = "notification=";
    const char *query = http_query(request),
               *wanted = strncmp(query, PARAMETER, sizeof PARAMETER - 1) == 0 ? query + sizeof PARAMETER - 1 : NULL;
    size_t bytes = 0;
    char *lines = simulator_list(simulator, request, wanted, &bytes);
    reply_text(request, 200, "application/x-ndjson", lines, bytes);
}

static void reply_send(struct http_request *request, struct simulator *simulator)
{
    struct simulator_request said = {.method = http_method(request),
                                     .path = http_path(request),
                                     .authorization = http_header(request, "Authorization"),
                                     .content_type = http_header(request, "Content-Type"),
                                     .authority = http_header(request, "Host"),
                                     .content_encoding = http_header(request, "Content-Encoding"),
                                     .ttl = http_header(request, "TTL"),
                                     .topic = http_header(request, "Topic"),
                                     .urgency = http_header(request, "Urgency")};
    said.body = http_body(request, &said.body_bytes);
    struct simulator_answer answer = simulator_receive(simulator, request, &said);
    const struct http_field fields[] = {{"Content-Type", "application/json; charset=UTF-8"},
                                        {"Retry-After", mem_printf(request, "%d", answer.retry_after_s)}};
    http_reply(request, answer.status, fields, answer.retry_after_s > 0 ? 2 : 1, answer.json, strlen(answer.json));
}

static void handle(struct http_request *request, void *arg)
{
    const char *path = http_path(request);
    if (strcmp(path, "/pushes") == 0)
        reply_pushes(request, arg);
    else if (strcmp(path, "/readyz") == 0 || strcmp(path, "/healthz") == 0)
        reply_text(request, 200, "text/plain", "ok\n", 3);
    else
        reply_send(request, arg);
}

static int serve(void)
{
    struct simulator *simulator = simulator_new(NULL, &config);
    struct simulator_h2 *h2 = NULL;
    struct http_server *http = NULL;
    const struct http_options options = {.listen = config.listen,
                                         .threads = 1,
                                         .body_bytes = 65536,
                                         .connections = 64,
                                         .connections_per_address = 64,
                                         .idle_s = 30,
                                         .deadline_ms = 30000,
                                         .handle = handle,
                                         .arg = simulator};
    enum err err = simulator_h2_start(NULL, simulator, &config, &h2);
    if (!err)
        err = http_server_start(NULL, &options, &http);
    if (!err)
        log_info("ready", "listen=%s listen_h2=%s", config.listen, config.listen_h2);
    while (!err && !stopping)
        pause_ms(100); /* only a signal ends it */
    if (http)
        http_server_stop(http);
    if (h2)
        simulator_h2_stop(h2);
    mem_free(simulator);
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        config_print_help(stdout, "simulator", KEYS, ARRAY_LENGTH(KEYS));
        return EXIT_SUCCESS;
    }
    log_init("simulator", LOG_LEVEL_INFO);
    if (config_read(argc == 3 && strcmp(argv[1], "--config") == 0 ? argv[2] : NULL, KEYS, ARRAY_LENGTH(KEYS)) !=
            ERR_OK ||
        sodium_init() < 0)
        return EXIT_FAILURE;
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGTERM, on_signal);
    (void)signal(SIGINT, on_signal);
    return serve();
}
