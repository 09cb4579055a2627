/* What the files of the service frame share: service.c (life), service_http.c (queries, health, metrics),
 * service_dead.c (`X dead-letters`). Main's thread owns it; query workers only read. */
#ifndef SOTAY_COMMON_SERVICE_INTERNAL_H
#define SOTAY_COMMON_SERVICE_INTERNAL_H

#include "common/base/workers.h"
#include "common/service/service.h"
#include <stdatomic.h>

enum { SERVICE_LOOPS_LIMIT = 4 };

struct service_config {
    const char *listen, *query_socket, *kafka, *postgres, *postgres_password, *redis, *redis_password, *instance,
        *run_dir, *clock_file, *log_level;
    int64_t query_threads, query_queue, statement_ms, request_ms;
};

struct service {
    const struct service_spec *spec;
    struct service_config config;
    struct kafka_producer *producer;
    struct loop *loops[SERVICE_LOOPS_LIMIT];
    size_t n_loops;
    struct workers *workers;
    struct http_server *queries, *operations;
    char *cluster;
    atomic_bool stopping, failed, started;
};

MUST_CHECK enum err service_http_start(struct service *service);
void service_http_stop(struct service *service);
bool service_is_ready(const struct service *service);
int service_dead_letters(struct service *service, int argc, char **argv); /* the command; exit code */
enum topic service_command_topic(const struct service *service);          /* TOPIC_NONE: it has no commands */

#endif
