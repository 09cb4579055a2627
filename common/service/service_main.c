/* A service's life: config, log, db, bus, loops, own threads, http, ready; the reverse to stop. */
#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/loop/loop_store_restored.h"
#include "common/loop/migrations.h"
#include "common/service/service_dead.h"
#include "common/service/service_http.h"
#include "common/service/service_internal.h"
#include "common/service/service_positions.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STOP_WITHIN_MS = 5000, WAIT_STEP_MS = 500 };

static enum log_level least_level(const char *name)
{
    return strcmp(name, "debug") == 0   ? LOG_LEVEL_DEBUG
           : strcmp(name, "warn") == 0  ? LOG_LEVEL_WARN
           : strcmp(name, "error") == 0 ? LOG_LEVEL_ERROR
                                        : LOG_LEVEL_INFO;
}

/* --- start -------------------------------------------------------------------------------------------------------- */

static enum err migrate(struct service *service)
{
    struct pg *pg = service_pg(service, NULL);
    enum err err = pg_migrate(pg, common_migrations, common_n_migrations);
    for (size_t i = 0; !err && i < ARRAY_LENGTH(service->spec->schemas); i++)
        if (service->spec->schemas[i].n > 0)
            err = pg_migrate(pg, service->spec->schemas[i].migrations, service->spec->schemas[i].n);
    if (err)
        log_warn("migration_failed", "err=%s detail=\"%s\"", err_word(err), pg_message(pg));
    mem_free(pg);
    return err;
}

/* Waits for a dependency as long as it takes, unless it is there and wrong. */
static enum err await(struct service *service, enum err (*step)(struct service *service), const char *what)
{
    enum err err = step(service);
    while (err && err_info(err)->disposition == DISPOSITION_RETRY && !service_stopping(service)) {
        log_info("waiting", "for=%s", what);
        pause_ms(WAIT_STEP_MS);
        err = step(service);
    }
    return service_stopping(service) ? ERR_UNAVAILABLE : err;
}

static enum err check_topics(struct service *service)
{
    return kafka_topics_check(service->config.kafka, 5000);
}

static struct pg *new_pg(void *service, TALLOC_CTX *ctx)
{
    return service_pg(service, ctx);
}

static struct redis *new_redis(void *service, TALLOC_CTX *ctx)
{
    return service_redis(service, ctx);
}

static int64_t now_us(void *service)
{
    return service_now_us(service);
}

static void fail(void *service)
{
    service_fail(service);
}

static struct loop_environment environment_of(struct service *service)
{
    return (struct loop_environment){
        .brokers = service->config.kafka,
        .instance = service->config.instance,
        .run_dir = service->config.run_dir,
        .n_loops = service->spec->n_loops,
        .producer = service->producer,
        .new_pg = new_pg,
        .new_redis = new_redis,
        .now_us = now_us,
        .fail = fail,
        .arg = service,
    };
}

static enum err start_loops(struct service *service)
{
    const struct loop_environment environment = environment_of(service);
    service->loops = mem_array(service, struct loop *, service->spec->n_loops);
    for (size_t i = 0; i < service->spec->n_loops; i++) {
        enum err err = loop_start(&environment, &service->spec->loops[i], &service->loops[i]);
        if (err)
            return err;
        service->n_loops++;
    }
    return ERR_OK;
}

static enum err start(struct service *service)
{
    enum err err = await(service, migrate, "postgres");
    if (!err)
        err = service_open_producer(service);
    if (!err)
        err = await(service, check_topics, "kafka");
    if (!err)
        err = start_loops(service);
    if (!err && service->spec->start)
        err = service->spec->start(service);
    service->has_begun = err == ERR_OK;
    if (!err)
        err = service_http_start(service);
    atomic_store(&service->started, err == ERR_OK);
    return err;
}

static void stop(struct service *service)
{
    atomic_store(&service->stopping, true);
    service_http_stop(service);
    if (service->spec->stop && service->has_begun)
        service->spec->stop(service);
    for (size_t i = 0; i < service->n_loops; i++)
        loop_ask_to_stop(service->loops[i]);
    for (size_t i = service->n_loops; i-- > 0;)
        loop_stop(service->loops[i]);
    if (service->producer)
        kafka_producer_stop(service->producer, STOP_WITHIN_MS);
}

/* Says when it becomes ready, and when it no longer is: why stands in full at /readyz. */
static void tell_readiness(struct service *service, bool *was_ready)
{
    TALLOC_CTX *ctx = mem_context(NULL, "readiness");
    const char *why = service_not_ready(service, ctx);
    bool ready = why == NULL;
    if (ready && !*was_ready)
        log_info("ready", "listen=%s", service->config.listen);
    else if (!ready && *was_ready && !service_stopping(service))
        log_warn("not_ready", "why=\"%s\"", why);
    *was_ready = ready;
    mem_free(ctx);
}

static int serve(struct service *service)
{
    bool ready = false;
    enum err err = start(service);
    if (err && !service_stopping(service))
        log_error("start_failed", "err=%s", err_word(err));
    while (!err && !service_stopping(service)) {
        tell_readiness(service, &ready);
        for (size_t i = 0; i < service->n_loops; i++)
            loop_watch(service->loops[i]);
        pause_ms(LOOP_WATCH_EVERY_MS); /* main waits for a signal */
    }
    log_info("stopping", "signal=%d", service_stop_signal());
    stop(service);
    return (err && service_stop_signal() == 0) || atomic_load(&service->failed) ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* --- commands ----------------------------------------------------------------------------------------------------- */

/* What it queues or marks, the service's loop tells. */
static int republish(struct service *service, int argc, char **argv)
{
    (void)argc, (void)argv;
    struct pg *pg = service_pg(service, NULL);
    enum err err = service_republish(service, pg);
    if (err)
        (void)fprintf(stderr, "republish: %s: %s\n", err_word(err), pg_message(pg));
    mem_free(pg);
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Services read the mark when they need it, running or started later. */
static int mark_restored(struct service *service, int argc, char **argv)
{
    (void)argc, (void)argv;
    struct pg *pg = service_pg(service, NULL);
    enum err err = loop_store_mark_restored(pg, pg, service_now_us(service));
    if (err)
        (void)fprintf(stderr, "mark-restored: %s: %s\n", err_word(err), pg_message(pg));
    else
        (void)printf("%s: marked as restored\n", service->spec->name);
    mem_free(pg);
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int run_command(struct service *service, int argc, char **argv)
{
    const struct service_spec *spec = service->spec;
    int (*run)(struct service *, int, char **) = NULL;
    if (strcmp(argv[0], "dead-letters") == 0)
        run = service_dead_letters;
    else if (strcmp(argv[0], "mark-restored") == 0)
        run = mark_restored;
    else if (strcmp(argv[0], "positions") == 0)
        run = service_positions;
    else if (strcmp(argv[0], "republish") == 0 && spec->republish)
        run = republish;
    for (size_t i = 0; i < spec->n_commands; i++)
        if (strcmp(argv[0], spec->commands[i].name) == 0)
            run = spec->commands[i].run;
    if (!run) {
        (void)fprintf(stderr, "%s: no command \"%s\"; see %s --help\n", spec->name, argv[0], spec->name);
        return EXIT_FAILURE;
    }
    if (migrate(service) != ERR_OK)
        return EXIT_FAILURE;
    int code = run(service, argc, argv);
    if (service->producer)
        kafka_producer_stop(service->producer, STOP_WITHIN_MS);
    return code;
}

static void print_help(const struct service_spec *spec, const struct config_key keys[], size_t n)
{
    config_print_help(stdout, spec->name, keys, n);
    (void)printf(
        "\nCommands:\n  dead-letters list|show|replay|drop|make [TOPIC PARTITION OFFSET [CLUSTER]]\n  mark-restored\n"
        "  positions list|behind|reread [TOPIC PARTITION]\n");
    if (spec->republish)
        (void)printf("  republish\n");
    for (size_t i = 0; i < spec->n_commands; i++)
        (void)printf("  %s %s\n", spec->commands[i].name, spec->commands[i].usage);
}

int service_main(const struct service_spec *spec, int argc, char **argv)
{
    struct service *service = mem_new(NULL, struct service);
    pthread_mutex_init(&service->read_lock, NULL);
    const char *path = NULL;
    int at = 1;
    size_t n = 0;
    service->spec = spec;
    struct config_key *keys = service_config_table(service, &n);
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        print_help(spec, keys, n);
        return EXIT_SUCCESS;
    }
    if (argc > 2 && strcmp(argv[1], "--config") == 0) {
        path = argv[2];
        at = 3;
    }
    if (config_read(path, keys, n) != ERR_OK)
        return EXIT_FAILURE;
    log_init(spec->name, least_level(service->config.log_level));
    service_catch_signals();
    const struct kafka_identity identity = {service->config.kafka_user, service->config.kafka_password,
                                            service->config.kafka_ca_file};
    if (kafka_identify(&identity, service->config.kafka))
        return EXIT_FAILURE;
    int code = at < argc ? run_command(service, argc - at, argv + at) : serve(service);
    mem_free(keys);
    mem_free(service);
    return code;
}
