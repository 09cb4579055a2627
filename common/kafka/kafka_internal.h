/* What the kafka_*.c files share; nobody else includes it. */
#ifndef SOTAY_COMMON_KAFKA_INTERNAL_H
#define SOTAY_COMMON_KAFKA_INTERNAL_H

#include "common/kafka/kafka.h"
#include <librdkafka/rdkafka.h>

enum {
    TOPIC_COUNT = 0
#define TOPIC(number, name, text, days, writers, readers) +1
#include "topics.def"
#undef TOPIC
};

struct kafka_setting {
    const char *key, *value;
};

/* All topics, in the order of topics.def. */
extern const enum topic KAFKA_TOPICS[TOPIC_COUNT];
int topic_retention_days(enum topic topic);
/* Names of those who may write to it, or read it, with blanks between. */
const char *topic_users(enum topic topic, bool write);

/* --- kafka_births.c ----------------------------------------------------------------------------------------------- */
enum { KAFKA_NAME_BYTES = 96 };
/* "meeting.commands", and of later births "meeting.commands.2"; returns `name`. */
const char *kafka_log_name(enum topic topic, int birth, char name[KAFKA_NAME_BYTES]);
/* TOPIC_NONE: no topic of ours. */
enum topic kafka_log_topic(const char *log, int *ret_birth);
/* A partition's number out of what Kafka calls it, and back; a negative one (any partition) as it is. */
int32_t kafka_number_of(int birth, int32_t partition);
int32_t kafka_place_of(int32_t number);
/* 0: there is no such topic. */
int kafka_partitions_of(enum topic topic, int birth);
/* The newest birth that is open: its topic that is made last is there. 0: none. */
int kafka_open_birth(const struct rd_kafka_metadata *metadata);
/* Takes over what the brokers have, out of metadata of all topics. */
void kafka_births_note(const struct rd_kafka_metadata *metadata);
/* Asks for it. ERR_UNAVAILABLE: no broker answers. */
MUST_CHECK enum err kafka_births_learn(rd_kafka_t *rk, int deadline_ms);
/* All partitions of all births of these topics, to be destroyed by the caller. */
rd_kafka_topic_partition_list_t *kafka_list_ever(const enum topic topics[], size_t n);

/* --- kafka_client.c ----------------------------------------------------------------------------------------------- */

/* A configuration with the brokers, what every client of ours has, and `settings`. The names and values are constants
 * of our code or checked by the configuration: one that librdkafka does not know is a bug. */
rd_kafka_conf_t *kafka_conf_new(const char *brokers, const struct kafka_setting settings[], size_t n);
void kafka_conf_set(rd_kafka_conf_t *conf, const char *key, const char *value);
bool kafka_is_identified(void);

/* Takes the configuration over. ERR_CONFIG, after a log line. */
MUST_CHECK enum err kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **ret_client);

/* --- kafka_producer.c --------------------------------------------------------------------------------------------- */
/* What a delivery report says of its message: ERR_OUTCOME_UNKNOWN where it is not known to be on the log. */
enum err kafka_report_err(const rd_kafka_message_t *message);

/* --- kafka_ends.c ------------------------------------------------------------------------------------------------- */
/* kafka_ends of a client of any type, which lives meanwhile. */
MUST_CHECK enum err kafka_client_ends(rd_kafka_t *rk, TALLOC_CTX *ctx, const enum topic topics[], size_t n,
                                      int deadline_ms, struct kafka_end **ret_ends, size_t *ret_n);

#endif
