/* Which partitions a consumer has, from where, and how far it read them.
 *
 *   held        the partitions that the group gave us, or that a reader took
 *   ─ assigned() names positions ─▶  fetching: rd_kafka_assign(held with offsets)
 *   ─ kafka_pause, or assigned() failed ─▶  idle: rd_kafka_assign of an empty list; we stay in the group
 *   ─ a broker was away, or a position was out of its log ─▶  idle, and the next poll asks assigned() again
 *
 * Assigning anew (rather than pause and seek) drops what was fetched before, in every version of librdkafka. An empty
 * list is not the same as NULL, which would leave the group's generation. */
#include "common/kafka/kafka_consumer_state.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"

#include <string.h>

enum { LAG_INTERVAL_US = 1000000, BOUNDS_WITHIN_MS = 2000 };

static void lag_clear(struct kafka_consumer *consumer)
{
    rd_kafka_topic_partition_list_destroy(consumer->lag);
    consumer->lag = rd_kafka_topic_partition_list_new(8);
}

static void progress_reset(struct kafka_consumer *consumer)
{
    mem_free(consumer->progress);
    consumer->n_behind = consumer->held ? (size_t)consumer->held->cnt : 0;
    consumer->progress = mem_array(consumer, struct progress, consumer->n_behind);
}

static void assign(struct kafka_consumer *consumer, const rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_resp_err_t failed = rd_kafka_assign(consumer->rk, list);
    if (failed)
        log_debug("kafka_assign", "detail=\"%s\"", rd_kafka_err2str(failed));
}

/* Of what is held those that are read: an element without an offset is not. */
static void assign_read(struct kafka_consumer *consumer)
{
    const rd_kafka_topic_partition_list_t *held = consumer->held;
    rd_kafka_topic_partition_list_t *read = rd_kafka_topic_partition_list_new(held->cnt);
    for (int i = 0; i < held->cnt; i++)
        if (held->elems[i].offset != RD_KAFKA_OFFSET_INVALID)
            rd_kafka_topic_partition_list_add(read, held->elems[i].topic, held->elems[i].partition)->offset =
                held->elems[i].offset;
    assign(consumer, read);
    rd_kafka_topic_partition_list_destroy(read);
}

static void idle(struct kafka_consumer *consumer)
{
    rd_kafka_topic_partition_list_t *none = rd_kafka_topic_partition_list_new(0);
    assign(consumer, none);
    rd_kafka_topic_partition_list_destroy(none);
    consumer->fetching = false;
    consumer->changed = true;
}

/* Rare, so one partition after the other. */
static enum err ask_bounds(struct kafka_consumer *consumer, struct kafka_assignment *partitions)
{
    const rd_kafka_topic_partition_list_t *held = consumer->held;
    for (int i = 0; i < held->cnt; i++)
        if (rd_kafka_query_watermark_offsets(consumer->rk, held->elems[i].topic, held->elems[i].partition,
                                             &partitions[i].start, &partitions[i].end, BOUNDS_WITHIN_MS))
            return ERR_RETRY;
    return ERR_OK;
}

static struct kafka_assignment assignment_of(const rd_kafka_topic_partition_t *held)
{
    int birth = 0;
    enum topic topic = kafka_log_topic(held->topic, &birth);
    return (struct kafka_assignment){
        .topic = topic, .partition = kafka_number_of(birth, held->partition), .start = -1, .end = -1};
}

static enum err ask_positions(struct kafka_consumer *consumer, struct kafka_assignment *partitions)
{
    const rd_kafka_topic_partition_list_t *held = consumer->held;
    for (int i = 0; i < held->cnt; i++)
        partitions[i] = assignment_of(&held->elems[i]);
    enum err err = consumer->asks_bounds ? ask_bounds(consumer, partitions) : ERR_OK;
    if (!err)
        err = consumer->options.assigned(consumer->options.arg, partitions, (size_t)held->cnt);
    if (!err)
        consumer->asks_bounds = false;
    return err;
}

void kafka_fetch_held(struct kafka_consumer *consumer)
{
    progress_reset(consumer);
    assign_read(consumer);
    consumer->fetching = true;
    consumer->heard = false;
    consumer->changed = true;
}

static int64_t first_offset(const struct kafka_assignment *partition)
{
    if (partition->next == KAFKA_NOT_READ)
        return RD_KAFKA_OFFSET_INVALID;
    return partition->next > 0 ? partition->next - partition->compares : RD_KAFKA_OFFSET_BEGINNING;
}

/* What is not read is not behind. */
static void note_positions(struct kafka_consumer *consumer, const struct kafka_assignment *partitions)
{
    for (int i = 0; i < consumer->held->cnt; i++) {
        struct progress *progress = &consumer->progress[i];
        progress->next = partitions[i].next;
        progress->done = partitions[i].next == KAFKA_NOT_READ;
        consumer->n_behind -= progress->done;
    }
}

static enum err fetch(struct kafka_consumer *consumer)
{
    rd_kafka_topic_partition_list_t *held = consumer->held;
    struct kafka_assignment *partitions = mem_array(consumer, struct kafka_assignment, (size_t)held->cnt);
    enum err err = ask_positions(consumer, partitions);
    for (int i = 0; i < held->cnt && !err; i++)
        held->elems[i].offset = first_offset(&partitions[i]);
    if (!err) {
        kafka_fetch_held(consumer);
        note_positions(consumer, partitions);
    }
    mem_free(partitions);
    return err;
}

void kafka_hold(struct kafka_consumer *consumer, const rd_kafka_topic_partition_list_t *list)
{
    if (consumer->held)
        rd_kafka_topic_partition_list_destroy(consumer->held);
    consumer->held = list ? rd_kafka_topic_partition_list_copy(list) : NULL;
    consumer->fetching = false;
    progress_reset(consumer);
}

/* Answered with an empty list where there are no positions yet: kafka_poll asks for them again. */
static void on_assigned(struct kafka_consumer *consumer, const rd_kafka_topic_partition_list_t *list)
{
    kafka_hold(consumer, list);
    consumer->failed = consumer->paused ? ERR_OK : fetch(consumer);
    if (!consumer->fetching)
        idle(consumer);
}

/* The group gives the partitions to their next owner when we let go of them: after `revoked`. */
static void on_revoked(struct kafka_consumer *consumer)
{
    kafka_hold(consumer, NULL);
    lag_clear(consumer);
    if (consumer->options.revoked)
        consumer->options.revoked(consumer->options.arg);
    assign(consumer, NULL);
    consumer->changed = true;
}

void kafka_on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t kind, rd_kafka_topic_partition_list_t *list, void *arg)
{
    (void)rk;
    if (kind == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
        on_assigned(arg, list);
    else
        on_revoked(arg); /* also when the group failed: the loop asks for positions at the next assignment */
}

enum err kafka_ask_again(struct kafka_consumer *consumer)
{
    if (!consumer->held || consumer->fetching || consumer->paused)
        return ERR_OK;
    return fetch(consumer);
}

void kafka_pause(struct kafka_consumer *consumer)
{
    consumer->paused = true;
    if (consumer->fetching)
        idle(consumer);
}

enum err kafka_resume(struct kafka_consumer *consumer)
{
    consumer->paused = false;
    return consumer->held && !consumer->fetching ? fetch(consumer) : ERR_OK;
}

void kafka_broker_was_away(struct kafka_consumer *consumer)
{
    if (consumer->options.assigned && consumer->fetching && consumer->heard)
        idle(consumer);
}

void kafka_out_of_log(struct kafka_consumer *consumer, const rd_kafka_message_t *message)
{
    log_warn("out_of_log", "topic=%s partition=%d", message->rkt ? rd_kafka_topic_name(message->rkt) : "",
             (int)message->partition);
    consumer->asks_bounds = true;
    if (consumer->options.assigned && consumer->fetching)
        idle(consumer);
}

/* --- lag ---------------------------------------------------------------------------------------------------------- */

void kafka_commit_for_lag(struct kafka_consumer *consumer, enum topic topic, int32_t partition, int64_t next)
{
    char name[KAFKA_NAME_BYTES];
    int32_t place = kafka_place_of(partition);
    (void)kafka_log_name(topic, kafka_birth_of(partition), name);
    rd_kafka_topic_partition_t *element = rd_kafka_topic_partition_list_find(consumer->lag, name, place);
    if (!element)
        element = rd_kafka_topic_partition_list_add(consumer->lag, name, place);
    element->offset = next;
}

void kafka_lag_send(struct kafka_consumer *consumer)
{
    if (consumer->lag->cnt == 0)
        return;
    rd_kafka_resp_err_t failed = rd_kafka_commit(consumer->rk, consumer->lag, 1);
    if (failed)
        log_debug("kafka_commit", "detail=\"%s\"", rd_kafka_err2str(failed)); /* the next one says the same and more */
    lag_clear(consumer);
}

/* One request a second for all partitions, however many batches were handled. */
void kafka_lag_tick(struct kafka_consumer *consumer)
{
    int64_t now_us = clock_monotonic_us();
    if (now_us - consumer->lag_sent_us < LAG_INTERVAL_US)
        return;
    consumer->lag_sent_us = now_us;
    kafka_lag_send(consumer);
}

/* --- read whole --------------------------------------------------------------------------------------------------- */

static struct progress *progress_find(struct kafka_consumer *consumer, const rd_kafka_message_t *message)
{
    const rd_kafka_topic_partition_list_t *held = consumer->held;
    for (int i = 0; i < held->cnt; i++)
        if (held->elems[i].partition == message->partition &&
            strcmp(held->elems[i].topic, rd_kafka_topic_name(message->rkt)) == 0)
            return &consumer->progress[i];
    return NULL;
}

/* The log's end is told as an event with that offset. */
static bool ends_before(const rd_kafka_message_t *message, const struct progress *progress)
{
    return message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF && message->offset < progress->next;
}

void kafka_note_progress(struct kafka_consumer *consumer, const rd_kafka_message_t *message)
{
    struct progress *progress = consumer->n_behind > 0 ? progress_find(consumer, message) : NULL;
    int64_t low;
    consumer->heard = true;
    if (!progress || progress->done)
        return;
    if (ends_before(message, progress)) {
        kafka_out_of_log(consumer, message);
        return;
    }
    if (!progress->known) /* the fetch that brought this record told the end */
        progress->known = !rd_kafka_get_watermark_offsets(consumer->rk, rd_kafka_topic_name(message->rkt),
                                                          message->partition, &low, &progress->end);
    if (message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF && !(progress->known && message->offset + 1 >= progress->end))
        return;
    progress->done = true;
    consumer->n_behind--;
}

bool kafka_caught_up(const struct kafka_consumer *consumer)
{
    return consumer->held && consumer->fetching && consumer->n_behind == 0;
}
