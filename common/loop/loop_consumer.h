/* A loop's place in its consumer group: joining, and joining again where another join has taken the place. One loop's
 * thread. */
#ifndef SOTAY_COMMON_LOOP_CONSUMER_H
#define SOTAY_COMMON_LOOP_CONSUMER_H

#include "common/loop/loop.h"

struct loop_consumer {
    TALLOC_CTX *ctx;
    const struct loop_options *options;
    const struct loop_environment *environment;
    /* As kafka_consumer_options has them; arg is theirs. */
    enum err (*assigned)(void *arg, struct kafka_assignment *partitions, size_t n);
    void (*revoked)(void *arg);
    void *arg;
    struct kafka_consumer *kafka; /* NULL until it has joined */
    char *group;
    enum topic *topics;
    int64_t lost_at_us; /* when its place was last lost */
    int n_losses;       /* in a row, each within a minute of the one before */
};

/* ERR_CONFIG …: it cannot consume at all (logged). */
MUST_CHECK enum err loop_consumer_join(struct loop_consumer *consumer);
/* After kafka_poll said ERR_OWNER_LOST. Only the consumer is made anew: queries are answered meanwhile, and other loops
 * go on. ERR_CONFIG: two processes take the place from each other for ever (logged). */
MUST_CHECK enum err loop_consumer_join_again(struct loop_consumer *consumer);

#endif
