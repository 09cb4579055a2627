/* What the files of the service frame share: service_state.c (what a process is), service_config.c, service_http.c
 * (queries, health, metrics), service_read.c, service_dead.c (`X dead-letters`), service_positions.c (`X positions`),
 * service_main.c (life). Main's thread owns it; query workers only read, but for what a lock is named for. */
#ifndef SOTAY_COMMON_SERVICE_INTERNAL_H
#define SOTAY_COMMON_SERVICE_INTERNAL_H

#include "common/base/workers.h"
#include "common/service/service.h"
#include <pthread.h>
#include <stdatomic.h>

struct service_config {
    const char *listen, *query_socket, *kafka, *kafka_user, *kafka_password, *kafka_ca_file, *postgres,
        *postgres_password, *redis, *redis_password, *instance, *run_dir, *clock_file, *log_level;
    int64_t query_threads, query_queue, statement_ms, request_ms;
};

/* What service_has_read knows of a loop. */
struct service_reading {
    struct restoration mark; /* which the others are about */
    struct kafka_end *ends;  /* NULL: not asked yet */
    size_t n_ends;
    bool has_read;
};

struct service {
    const struct service_spec *spec;
    struct service_config config;
    struct kafka_producer *producer;
    struct loop **loops; /* n_loops of them run */
    size_t n_loops;
    struct workers *workers;
    struct http_server *queries, *operations;
    struct late_answers *late;
    char *cluster;
    pthread_mutex_t read_lock;        /* of `readings` */
    struct service_reading *readings; /* one for each of the spec's loops; NULL: never asked */
    atomic_bool stopping, failed, started;
    bool has_begun; /* spec->start did, so spec->stop is due */
};

/* --- service_state.c --- */
void service_catch_signals(void);
int service_stop_signal(void); /* 0: none came */
/* Why it is not ready, in one line owned by ctx: "commands: 12 s: batch: …". NULL: it is ready. Any thread. */
char *service_not_ready(const struct service *service, TALLOC_CTX *ctx);
bool service_is_heard(const struct service *service);            /* Redis took what its loops told last */
enum topic service_command_topic(const struct service *service); /* TOPIC_NONE: it has no commands */

MUST_CHECK enum err service_open_producer(struct service *service); /* once; for commands that ask Kafka, too */
/* Tells the whole state once more, where the service can. */
MUST_CHECK enum err service_republish(struct service *service, struct pg *pg);

/* --- service_config.c --- */
/* The keys of every service and those of its own, to be freed. */
struct config_key *service_config_table(struct service *service, size_t *ret_n);

#endif
