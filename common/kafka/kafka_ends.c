/* How far topics reach, as the brokers know it now: one question for all partitions of a broker. */
#include "common/kafka/kafka_internal.h"

#include "common/base/mem.h"

/* What librdkafka asks for in the place of a time (ListOffsets of the protocol). */
static enum err ask(rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list, int64_t which, int deadline_ms)
{
    for (int i = 0; i < list->cnt; i++)
        list->elems[i].offset = which;
    if (rd_kafka_offsets_for_times(rk, list, deadline_ms))
        return ERR_UNAVAILABLE;
    for (int i = 0; i < list->cnt; i++)
        if (list->elems[i].err || list->elems[i].offset < 0)
            return ERR_UNAVAILABLE;
    return ERR_OK;
}

/* The broker's answer about one partition as the end of it. */
static struct kafka_end end_of(const rd_kafka_topic_partition_t *asked)
{
    int birth = 0;
    enum topic topic = kafka_log_topic(asked->topic, &birth);
    return (struct kafka_end){topic, kafka_number_of(birth, asked->partition), asked->offset};
}

enum err kafka_client_ends(rd_kafka_t *rk, TALLOC_CTX *ctx, const enum topic topics[], size_t n, int deadline_ms,
                           struct kafka_end **ret_ends, size_t *ret_n)
{
    rd_kafka_topic_partition_list_t *list = kafka_list_ever(topics, n);
    struct kafka_end *ends = mem_array(ctx, struct kafka_end, (size_t)list->cnt);
    bool is_known = n == 0 || list->cnt > 0; /* which partitions there are */
    enum err err = is_known ? ask(rk, list, RD_KAFKA_OFFSET_END, deadline_ms) : ERR_UNAVAILABLE;
    for (int i = 0; i < list->cnt && !err; i++)
        ends[i] = end_of(&list->elems[i]);
    if (!err)
        err = ask(rk, list, RD_KAFKA_OFFSET_BEGINNING, deadline_ms);
    for (int i = 0; i < list->cnt && !err; i++)
        if (list->elems[i].offset == ends[i].end)
            ends[i].end = 0;
    if (!err) {
        *ret_n = (size_t)list->cnt;
        *ret_ends = ends;
    }
    rd_kafka_topic_partition_list_destroy(list);
    return err;
}
