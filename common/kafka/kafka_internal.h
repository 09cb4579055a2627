/* What the kafka_*.c files share; nobody else includes it. */
#ifndef SOTAY_COMMON_KAFKA_INTERNAL_H
#define SOTAY_COMMON_KAFKA_INTERNAL_H

#include "common/kafka/kafka.h"
#include <librdkafka/rdkafka.h>

enum {
    TOPIC_COUNT = 0
#define TOPIC(number, name, text, days) +1
#include "topics.def"
#undef TOPIC
};

struct kafka_setting {
    const char *key, *value;
};

/* All topics, in the order of topics.def. */
extern const enum topic KAFKA_TOPICS[TOPIC_COUNT];
int topic_retention_days(enum topic topic);
void topic_set_partitions(enum topic topic, int partitions);
/* Sets them for all topics that there are, as this client is told. ERR_UNAVAILABLE: no broker answers. */
MUST_CHECK enum err kafka_learn_partitions(rd_kafka_t *rk, int deadline_ms);

/* A configuration with the brokers, what every client of ours has, and `settings`. The names and values are constants
 * of our code or checked by the configuration: one that librdkafka does not know is a bug. */
rd_kafka_conf_t *kafka_conf_new(const char *brokers, const struct kafka_setting settings[], size_t n);
void kafka_conf_set(rd_kafka_conf_t *conf, const char *key, const char *value);

/* Takes the configuration over. ERR_CONFIG, after a log line. */
MUST_CHECK enum err kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **ret_client);

/* kafka_ends of a client of any type, which lives meanwhile. */
MUST_CHECK enum err kafka_client_ends(rd_kafka_t *rk, TALLOC_CTX *ctx, const enum topic topics[], size_t n,
                                      int deadline_ms, struct kafka_end **ret_ends, size_t *ret_n);

#endif
