/* A service's life: config, log, db, bus, loops, own threads, http, ready; the reverse to stop. Signals only set a
 * flag. */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/loop/migrations.h"
#include "common/service/service_internal.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PRODUCER_TIMEOUT_MS = 30000,
    PRODUCER_LINGER_MS = 50 /* events: who waits for an outcome waits for them only where they revoke */
};
enum { STOP_WITHIN_MS = 5000, WAIT_STEP_MS = 500 };

static volatile sig_atomic_t stop_signal;

static void on_stop_signal(int number)
{
    stop_signal = number;
}

/* --- what services use -------------------------------------------------------------------------------------------- */

const char *service_name(const struct service *service)
{
    return service->spec->name;
}
const char *service_brokers(const struct service *service)
{
    return service->config.kafka;
}
const char *service_instance(const struct service *service)
{
    return service->config.instance;
}
const char *service_run_dir(const struct service *service)
{
    return service->config.run_dir;
}
struct kafka_producer *service_producer(struct service *service)
{
    return service->producer;
}
bool service_stopping(const struct service *service)
{
    return stop_signal != 0 || atomic_load(&((struct service *)(uintptr_t)service)->stopping);
}
int64_t service_now_us(const struct service *service)
{
    return clock_now_us() + clock_offset_us(service->config.clock_file);
}

void service_fail(struct service *service)
{
    atomic_store(&service->failed, true);
    atomic_store(&service->stopping, true);
}

struct pg *service_pg(struct service *service, TALLOC_CTX *ctx)
{
    return pg_new(ctx, service->config.postgres, service->config.postgres_password, (int)service->config.statement_ms);
}

struct redis *service_redis(struct service *service, TALLOC_CTX *ctx)
{
    return redis_new(ctx, service->config.redis, service->config.redis_password, 500);
}

enum err service_open_producer(struct service *service)
{
    const struct kafka_producer_options options = {.timeout_ms = PRODUCER_TIMEOUT_MS, .linger_ms = PRODUCER_LINGER_MS};
    return service->producer ? ERR_OK : kafka_producer_start(NULL, service->config.kafka, &options, &service->producer);
}

enum topic service_command_topic(const struct service *service)
{
    for (size_t i = 0; i < service->spec->n_loops; i++)
        for (size_t j = 0; j < service->spec->loops[i].n_inputs; j++)
            if (service->spec->loops[i].inputs[j].commands)
                return service->spec->loops[i].inputs[j].topic;
    return TOPIC_NONE;
}

/* --- configuration ------------------------------------------------------------------------------------------------ */

static struct config_key *config_table(struct service *service, size_t *ret_n)
{
    struct service_config *c = &service->config;
    const struct config_key common[] = {
        {.name = "listen",
         .type = CONFIG_TEXT,
         .text = &c->listen,
         .text_default = "127.0.0.1:8100",
         .help = "address of /healthz, /readyz and /metrics"},
        {.name = "query_socket",
         .type = CONFIG_TEXT,
         .text = &c->query_socket,
         .text_default = "",
         .help = "Unix socket of /query; empty: none"},
        {.name = "kafka",
         .type = CONFIG_TEXT,
         .text = &c->kafka,
         .text_default = "127.0.0.1:19092",
         .help = "brokers, host:port with commas between"},
        {.name = "postgres",
         .type = CONFIG_TEXT,
         .text = &c->postgres,
         .text_default = "host=127.0.0.1 port=15432",
         .help = "libpq connection string, without the password"},
        {.name = "postgres_password_file",
         .type = CONFIG_SECRET_FILE,
         .text = &c->postgres_password,
         .text_default = "",
         .help = "file with the password"},
        {.name = "redis",
         .type = CONFIG_TEXT,
         .text = &c->redis,
         .text_default = "127.0.0.1:16379",
         .help = "host:port"},
        {.name = "redis_password_file",
         .type = CONFIG_SECRET_FILE,
         .text = &c->redis_password,
         .text_default = "",
         .help = "file with the password"},
        {.name = "instance",
         .type = CONFIG_TEXT,
         .text = &c->instance,
         .text_default = "1",
         .help = "name of this instance, unique among those of the service"},
        {.name = "run_dir",
         .type = CONFIG_TEXT,
         .text = &c->run_dir,
         .text_default = ".",
         .help = "folder for crash markers"},
        {.name = "clock_file",
         .type = CONFIG_TEXT,
         .text = &c->clock_file,
         .text_default = "",
         .help = "demo builds: file with the clock's offset in seconds"},
        {.name = "log_level",
         .type = CONFIG_TEXT,
         .text = &c->log_level,
         .text_default = "info",
         .help = "debug, info, warn or error"},
        {.name = "query_threads",
         .type = CONFIG_INT,
         .number = &c->query_threads,
         .number_default = 2,
         .min = 1,
         .max = 64,
         .unit = "threads",
         .help = "each with a database connection of its own"},
        {.name = "query_queue",
         .type = CONFIG_INT,
         .number = &c->query_queue,
         .number_default = 512,
         .min = 1,
         .max = 65536,
         .unit = "queries",
         .help = "more are answered 503"},
        {.name = "statement_ms",
         .type = CONFIG_INT,
         .number = &c->statement_ms,
         .number_default = 10000,
         .min = 100,
         .max = 600000,
         .unit = "ms",
         .help = "deadline of a round trip to PostgreSQL"},
        {.name = "request_ms",
         .type = CONFIG_INT,
         .number = &c->request_ms,
         .number_default = 10000,
         .min = 100,
         .max = 600000,
         .unit = "ms",
         .help = "deadline of a query"},
    };
    size_t n = sizeof common / sizeof *common;
    struct config_key *keys = mem_array(NULL, struct config_key, n + service->spec->n_keys);
    memcpy(keys, common, sizeof common);
    if (service->spec->n_keys > 0)
        memcpy(keys + n, service->spec->keys, service->spec->n_keys * sizeof *keys);
    *ret_n = n + service->spec->n_keys;
    return keys;
}

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
    for (size_t i = 0; !err && i < sizeof service->spec->schemas / sizeof *service->spec->schemas; i++)
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
    return kafka_topics_check(service->config.kafka, false, 5000);
}

static enum err start_loops(struct service *service)
{
    for (size_t i = 0; i < service->spec->n_loops && i < SERVICE_LOOPS_LIMIT; i++) {
        enum err err = loop_start(service, &service->spec->loops[i], &service->loops[i]);
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
    if (!err)
        err = service_http_start(service);
    atomic_store(&service->started, err == ERR_OK);
    return err;
}

static void stop(struct service *service)
{
    atomic_store(&service->stopping, true);
    service_http_stop(service);
    if (service->spec->stop && atomic_load(&service->started))
        service->spec->stop(service);
    for (size_t i = service->n_loops; i-- > 0;)
        loop_stop(service->loops[i]);
    if (service->producer)
        kafka_producer_stop(service->producer, STOP_WITHIN_MS);
}

bool service_is_ready(const struct service *service)
{
    if (!atomic_load(&((struct service *)(uintptr_t)service)->started) || service_stopping(service))
        return false;
    for (size_t i = 0; i < service->n_loops; i++)
        if (!loop_is_ready(service->loops[i]))
            return false;
    return true;
}

static int serve(struct service *service)
{
    bool said = false;
    enum err err = start(service);
    if (err && !service_stopping(service))
        log_error("start_failed", "err=%s", err_word(err));
    while (!err && !service_stopping(service)) {
        if (!said && service_is_ready(service)) {
            log_info("ready", "listen=%s", service->config.listen);
            said = true;
        }
        pause_ms(100); /* main only waits for a signal */
    }
    log_info("stopping", "signal=%d", (int)stop_signal);
    stop(service);
    return (err && stop_signal == 0) || atomic_load(&service->failed) ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* --- commands ----------------------------------------------------------------------------------------------------- */

/* What it queues as loose rows, the service's loop tells; auth sends its records itself. */
static int republish(struct service *service, int argc, char **argv)
{
    (void)argc, (void)argv;
    struct pg *pg = service_pg(service, NULL);
    enum err err = service_open_producer(service);
    if (!err)
        err = service->spec->republish(service, pg);
    if (err)
        (void)fprintf(stderr, "republish: %s: %s\n", err_word(err), pg_message(pg));
    mem_free(pg);
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int run_command(struct service *service, int argc, char **argv)
{
    const struct service_spec *spec = service->spec;
    int (*run)(struct service *, int, char **) = NULL;
    if (strcmp(argv[0], "dead-letters") == 0)
        run = service_dead_letters;
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
    (void)printf("\nCommands:\n  dead-letters list|show|replay|drop [TOPIC PARTITION OFFSET [CLUSTER]]\n");
    if (spec->republish)
        (void)printf("  republish\n");
    for (size_t i = 0; i < spec->n_commands; i++)
        (void)printf("  %s %s\n", spec->commands[i].name, spec->commands[i].usage);
}

int service_main(const struct service_spec *spec, int argc, char **argv)
{
    struct service *service = mem_new(NULL, struct service);
    const char *path = NULL;
    int at = 1;
    size_t n = 0;
    service->spec = spec;
    struct config_key *keys = config_table(service, &n);
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
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGTERM, on_stop_signal);
    (void)signal(SIGINT, on_stop_signal);
    int code = at < argc ? run_command(service, argc - at, argv + at) : serve(service);
    mem_free(keys);
    mem_free(service);
    return code;
}
