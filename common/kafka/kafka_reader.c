/* A reader: all partitions of some topics, no group, no stored position. */
#include "common/kafka/kafka_consumer_state.h"

#include "common/base/mem.h"

enum { ASK_MS = 5000 };

static void begin_everywhere(struct kafka_consumer *consumer)
{
    for (int i = 0; i < consumer->held->cnt; i++)
        consumer->held->elems[i].offset = RD_KAFKA_OFFSET_BEGINNING;
}

/* Where nothing is as young as since_us: the end as it was before we asked, so that what arrives meanwhile is not
 * missed. */
static enum err reader_ends(struct kafka_consumer *consumer, int64_t ends[])
{
    int64_t low;
    for (int i = 0; i < consumer->held->cnt; i++) {
        const rd_kafka_topic_partition_t *p = &consumer->held->elems[i];
        if (rd_kafka_query_watermark_offsets(consumer->rk, p->topic, p->partition, &low, &ends[i], ASK_MS))
            return ERR_UNAVAILABLE;
    }
    return ERR_OK;
}

static enum err reader_seek(struct kafka_consumer *consumer, int64_t since_us, int64_t ends[])
{
    enum err err = reader_ends(consumer, ends);
    if (err)
        return err;
    rd_kafka_topic_partition_list_t *held = consumer->held;
    for (int i = 0; i < held->cnt; i++)
        held->elems[i].offset = since_us / 1000;
    if (rd_kafka_offsets_for_times(consumer->rk, held, ASK_MS))
        return ERR_UNAVAILABLE;
    for (int i = 0; i < held->cnt; i++) {
        if (held->elems[i].err)
            return ERR_UNAVAILABLE;
        if (held->elems[i].offset < 0)
            held->elems[i].offset = ends[i];
    }
    return ERR_OK;
}

static enum err reader_assign(struct kafka_consumer *consumer, int64_t since_us)
{
    enum err err = kafka_births_learn(consumer->rk, ASK_MS);
    if (err)
        return err;
    consumer->held = kafka_list_ever(consumer->options.topics, consumer->options.n_topics);
    begin_everywhere(consumer);
    int64_t *ends = mem_array(consumer, int64_t, (size_t)consumer->held->cnt);
    err = since_us > 0 ? reader_seek(consumer, since_us, ends) : ERR_OK;
    mem_free(ends);
    if (err)
        return err;
    kafka_fetch_held(consumer);
    return ERR_OK;
}

static enum err new_reader(TALLOC_CTX *ctx, const struct kafka_consumer_options *options,
                           struct kafka_consumer **ret_consumer)
{
    const struct kafka_setting settings[] = {
        {"group.id", "sotay.reader"}, /* librdkafka wants one; nobody joins it */
        {"auto.offset.reset", "earliest"},
    };
    return kafka_consumer_new(ctx, options, settings, 2, ret_consumer);
}

enum err kafka_reader_start(TALLOC_CTX *ctx, const char *brokers, const enum topic *topics, size_t n_topics,
                            int64_t since_us, struct kafka_consumer **ret_consumer)
{
    const struct kafka_consumer_options options = {.brokers = brokers, .topics = topics, .n_topics = n_topics};
    struct kafka_consumer *consumer;
    enum err err = new_reader(ctx, &options, &consumer);
    if (err)
        return err;
    err = reader_assign(consumer, since_us);
    if (err)
        kafka_consumer_stop(consumer);
    else
        *ret_consumer = consumer;
    return err;
}

enum err kafka_reader_start_birth(TALLOC_CTX *ctx, const char *brokers, enum topic topic, int birth,
                                  struct kafka_consumer **ret_consumer)
{
    char name[KAFKA_NAME_BYTES];
    struct kafka_consumer *consumer;
    const struct kafka_consumer_options options = {.brokers = brokers};
    enum err err = new_reader(ctx, &options, &consumer);
    if (err)
        return err;
    err = kafka_births_learn(consumer->rk, ASK_MS);
    if (err) {
        kafka_consumer_stop(consumer);
        return err;
    }
    consumer->held = rd_kafka_topic_partition_list_new(8);
    rd_kafka_topic_partition_list_add_range(consumer->held, kafka_log_name(topic, birth, name), 0,
                                            kafka_partitions_of(topic, birth) - 1);
    begin_everywhere(consumer);
    kafka_fetch_held(consumer);
    *ret_consumer = consumer;
    return ERR_OK;
}

enum err kafka_offset_since(const char *brokers, enum topic topic, int32_t partition, int64_t since_us,
                            int64_t *ret_offset)
{
    const struct kafka_consumer_options options = {.brokers = brokers};
    struct kafka_consumer *consumer;
    char name[KAFKA_NAME_BYTES];
    int64_t end;
    enum err err = new_reader(NULL, &options, &consumer);
    if (err)
        return err;
    err = kafka_births_learn(consumer->rk, ASK_MS);
    consumer->held = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(consumer->held, kafka_log_name(topic, kafka_birth_of(partition), name),
                                      kafka_place_of(partition));
    bool exists = kafka_place_of(partition) < kafka_partitions_of(topic, kafka_birth_of(partition));
    if (!err && exists)
        err = reader_seek(consumer, since_us, &end);
    if (!err)
        *ret_offset = exists ? consumer->held->elems[0].offset : 0;
    kafka_consumer_stop(consumer);
    return err;
}
