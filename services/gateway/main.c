/* gateway: phones talk to it over HTTP and JSON, it talks to the services by messages and queries.
 *   gateway --config FILE            serves
 *   gateway --config FILE topics     creates and checks the topics
 *   gateway --config FILE births     prints which birth of topics there is; with a step: takes it (kafka_next_birth.c)
 *   gateway openapi                  prints the contract */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/kafka/kafka.h"
#include "services/gateway/edge/gateway.h"
#include "services/gateway/openapi.h"
#include "services/gateway/parts.h"
#include "services/gateway/routes.h"
#include "services/gateway/settings.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOPICS_WITHIN_MS 60000
#define BIRTH_WITHIN_MS 600000 /* compacted topics are copied */

static volatile sig_atomic_t stop_signal;

static void on_stop_signal(int number)
{
    stop_signal = number;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_stop_signal};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static int serve(const struct gateway_config *config)
{
    TALLOC_CTX *ctx = mem_context(NULL, "gateway");
    catch_signals();
    struct parts *parts = NULL;
    enum err err = parts_start(ctx, config, &parts);
    if (err) {
        log_error("start_failed", "err=%s", err_word(err));
        return EXIT_FAILURE;
    }
    log_info("listening", "address=%s", config->listen);
    while (stop_signal == 0)
        pause_ms(100); /* main only waits for a signal */
    log_info("stopping", "signal=%d", (int)stop_signal);
    parts_stop(parts);
    mem_free(ctx);
    return EXIT_SUCCESS;
}

static int print_openapi(void)
{
    struct openapi *openapi;
    TALLOC_CTX *ctx = mem_context(NULL, "openapi");
    if (openapi_new(ctx, &routes, &openapi))
        return EXIT_FAILURE;
    puts(openapi_text(openapi));
    mem_free(ctx);
    return EXIT_SUCCESS;
}

static int make_topics(const struct gateway_config *config)
{
    enum err err = kafka_topics_make(config->kafka, (int)config->kafka_partitions, TOPICS_WITHIN_MS);
    if (!err)
        err = kafka_access_grant(config->kafka, TOPICS_WITHIN_MS);
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* The steps to another number of partitions; deploy/local/ctl partitions takes them one after the other. */
static int make_birth(const struct gateway_config *config, int argc, char **argv)
{
    struct kafka_births births = {0};
    const char *step = argc > 0 ? argv[0] : "";
    enum err err = ERR_INVALID;
    if (strcmp(step, "begin") == 0 && argc == 2)
        err = kafka_birth_begin(config->kafka, (int)strtol(argv[1], NULL, 10), TOPICS_WITHIN_MS);
    else if (strcmp(step, "close") == 0)
        err = kafka_birth_close(config->kafka, TOPICS_WITHIN_MS);
    else if (strcmp(step, "open") == 0)
        err = kafka_birth_open(config->kafka, BIRTH_WITHIN_MS);
    else if (strcmp(step, "give-up") == 0)
        err = kafka_birth_give_up(config->kafka, TOPICS_WITHIN_MS);
    else if (argc == 0)
        err = ERR_OK;
    if (!err)
        err = kafka_births_ask(config->kafka, TOPICS_WITHIN_MS, &births);
    if (err)
        (void)fprintf(stderr, "births %s: %s\n", step, err_word(err));
    else
        (void)printf("birth=%d partitions=%d next_partitions=%d\n", births.open, births.partitions,
                     births.next_partitions);
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int usage(void)
{
    fputs("gateway [--config FILE] [topics | births [begin N | close | open | give-up] | openapi]\n", stderr);
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    static struct gateway_config config;
    const char *config_file = NULL, *command = NULL;
    int n_read = argc; /* of argv; behind `births` stands its step */
    for (int i = 1; i < n_read; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            settings_print_help();
            return EXIT_SUCCESS;
        }
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            config_file = argv[++i];
        else if (strcmp(argv[i], "births") == 0)
            command = argv[i], n_read = i + 1;
        else if (!command && argv[i][0] != '-')
            command = argv[i];
        else
            return usage();
    }
    if (settings_read(config_file, &config))
        return EXIT_FAILURE;
    log_init("gateway", LOG_LEVEL_INFO);
    const struct kafka_identity identity = {config.kafka_user, config.kafka_password, config.kafka_ca_file};
    if (kafka_identify(&identity, config.kafka))
        return EXIT_FAILURE;
    if (!command)
        return serve(&config);
    if (strcmp(command, "topics") == 0)
        return make_topics(&config);
    if (strcmp(command, "births") == 0)
        return make_birth(&config, argc - n_read, argv + n_read);
    if (strcmp(command, "openapi") == 0)
        return print_openapi();
    return usage();
}
