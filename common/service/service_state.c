/* What a process of a service is, for its own code: its name, its connections, its clock, whether it is to stop.
 * Signals only set a flag. */
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/loop/loop_parts.h"
#include "common/service/service_internal.h"
#include <signal.h>

enum {
    PRODUCER_TIMEOUT_MS = 30000,
    PRODUCER_LINGER_MS = 50, /* events: who waits for an outcome waits for them only where they revoke */
    REDIS_TIMEOUT_MS = 500
};

static volatile sig_atomic_t stop_signal;

static void on_stop_signal(int number)
{
    stop_signal = number;
}

void service_catch_signals(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGTERM, on_stop_signal);
    (void)signal(SIGINT, on_stop_signal);
}

int service_stop_signal(void)
{
    return (int)stop_signal;
}

const char *service_name(const struct service *service)
{
    return service->spec->name;
}
const char *service_instance(const struct service *service)
{
    return service->config.instance;
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
    return redis_new(ctx, service->config.redis, service->config.redis_password, REDIS_TIMEOUT_MS);
}

enum err service_open_producer(struct service *service)
{
    const struct kafka_producer_options options = {.timeout_ms = PRODUCER_TIMEOUT_MS, .linger_ms = PRODUCER_LINGER_MS};
    return service->producer ? ERR_OK : kafka_producer_start(NULL, service->config.kafka, &options, &service->producer);
}

enum err service_republish(struct service *service, struct pg *pg)
{
    return service->spec->republish ? service->spec->republish(service, pg) : ERR_OK;
}

enum topic service_command_topic(const struct service *service)
{
    enum topic topic = TOPIC_NONE;
    for (size_t i = 0; i < service->spec->n_loops && !topic; i++)
        topic = loop_command_topic(&service->spec->loops[i]);
    return topic;
}

char *service_not_ready(const struct service *service, TALLOC_CTX *ctx)
{
    char *all = NULL;
    if (!atomic_load(&((struct service *)(uintptr_t)service)->started))
        return mem_text(ctx, "starting");
    if (service_stopping(service))
        return mem_text(ctx, "stopping");
    bool is_open;
    int birth = kafka_later_birth(&is_open);
    if (is_open)
        all = mem_printf(ctx, "birth %d of topics is open: it is to be started anew", birth);
    for (size_t i = 0; i < service->n_loops; i++) {
        const char *why = loop_not_ready(service->loops[i], ctx);
        if (why)
            all = mem_printf(ctx, "%s%s%s: %s", all ? all : "", all ? "; " : "", service->spec->loops[i].name, why);
    }
    return all;
}

bool service_is_heard(const struct service *service)
{
    for (size_t i = 0; i < service->n_loops; i++)
        if (!loop_is_heard(service->loops[i]))
            return false;
    return true;
}
