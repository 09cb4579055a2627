/* Making topics and asking about them: for kafka_topics.c (those of the newest birth), kafka_next_birth.c and
 * kafka_access.c. Nobody else includes it. A client of its own for each errand of an operator, used by one thread; all
 * calls together end by its deadline, with ERR_UNAVAILABLE. */
#ifndef SOTAY_COMMON_KAFKA_ADMIN_H
#define SOTAY_COMMON_KAFKA_ADMIN_H

#include "common/kafka/kafka_internal.h"

enum { KAFKA_TOPIC_SETTINGS = 8 };

struct kafka_admin {
    const char *brokers;
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue;
    const struct rd_kafka_metadata *metadata; /* as it was loaded last */
    int64_t deadline_us;
    TALLOC_CTX *ctx;
};

MUST_CHECK enum err kafka_admin_open(const char *brokers, int deadline_ms, struct kafka_admin *ret_admin);
void kafka_admin_close(struct kafka_admin *admin);
int kafka_admin_left_ms(const struct kafka_admin *admin); /* at least 1 */
MUST_CHECK enum err kafka_admin_load(struct kafka_admin *admin);
/* NULL: the brokers have no such topic. */
const struct rd_kafka_metadata_topic *kafka_admin_find(const struct kafka_admin *admin, enum topic topic, int birth);
/* How many brokers keep a topic. */
int kafka_admin_replicas(const struct kafka_admin *admin);
/* Makes those of the topics that are missing, and waits until all of them are listed and their partitions answer. */
MUST_CHECK enum err kafka_admin_create(struct kafka_admin *admin, const enum topic topics[], size_t n, int birth,
                                       int partitions);
/* What a topic must be set to; how many settings. */
size_t kafka_topic_settings(TALLOC_CTX *ctx, enum topic topic, int replicas,
                            struct kafka_setting ret_settings[KAFKA_TOPIC_SETTINGS]);

/* Of the rules in the brokers' lists, those that topics.def does not say of users whom it names: filters, to be
 * destroyed; how many. Room for n. */
size_t kafka_access_surplus(const rd_kafka_AclBinding_t *const found[], size_t n,
                            rd_kafka_AclBindingFilter_t *ret_filters[]);

/* For requests of other kinds: their options, to be destroyed, and the answer; NULL: none in time, or an error, which
 * was logged. */
rd_kafka_AdminOptions_t *kafka_admin_options(struct kafka_admin *admin, rd_kafka_admin_op_t op);
rd_kafka_event_t *kafka_admin_answer(struct kafka_admin *admin);

#endif
