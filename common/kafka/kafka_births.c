/* What topics are called, and which births of them there are (kafka.h, "births"). */
#include "common/kafka/kafka_internal.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct topic_row {
    enum topic topic;
    const char *name;
    int days;
    const char *writers, *readers;
};

static const struct topic_row ROWS[] = {
#define TOPIC(number, name, text, days, writers, readers) {number, text, days, writers, readers},
#include "topics.def"
#undef TOPIC
};

const enum topic KAFKA_TOPICS[TOPIC_COUNT] = {
#define TOPIC(number, name, text, days, writers, readers) number,
#include "topics.def"
#undef TOPIC
};

static char prefixed[TOPIC_COUNT][KAFKA_NAME_BYTES];          /* empty: no prefix */
static atomic_int counts[TOPIC_COUNT][KAFKA_BIRTHS_MOST + 1]; /* of partitions; 0: there is no such topic */
/* Births; 0: none is known. `newest` is fixed once it is. */
static atomic_int newest, later, last_open;

/* --- names -------------------------------------------------------------------------------------------------------- */

static size_t row_of(enum topic topic)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        if (ROWS[i].topic == topic)
            return i;
    assert(!"a topic of topics.def");
    return 0;
}

const char *topic_name(enum topic topic)
{
    size_t row = row_of(topic);
    return *prefixed[row] ? prefixed[row] : ROWS[row].name;
}

int topic_retention_days(enum topic topic)
{
    return ROWS[row_of(topic)].days;
}

const char *topic_users(enum topic topic, bool write)
{
    const struct topic_row *row = &ROWS[row_of(topic)];
    return write ? row->writers : row->readers;
}

enum topic topic_from_name(const char *name)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        if (strcmp(topic_name(ROWS[i].topic), name) == 0)
            return ROWS[i].topic;
    return TOPIC_NONE;
}

const char *kafka_log_name(enum topic topic, int birth, char name[KAFKA_NAME_BYTES])
{
    int n = birth > 1 ? snprintf(name, KAFKA_NAME_BYTES, "%s.%d", topic_name(topic), birth)
                      : snprintf(name, KAFKA_NAME_BYTES, "%s", topic_name(topic));
    assert(n > 0 && n < KAFKA_NAME_BYTES);
    return name;
}

/* What stands behind a topic's name: nothing, or ".2"; 0: neither. */
static int birth_of_suffix(const char *suffix)
{
    char *end;
    if (*suffix == '\0')
        return 1;
    if (suffix[0] != '.' || suffix[1] < '1' || suffix[1] > '9')
        return 0;
    long birth = strtol(suffix + 1, &end, 10);
    return *end == '\0' && birth > 1 && birth <= KAFKA_BIRTHS_MOST ? (int)birth : 0;
}

enum topic kafka_log_topic(const char *log, int *ret_birth)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        const char *name = topic_name(ROWS[i].topic);
        size_t n = strlen(name);
        int birth = strncmp(log, name, n) == 0 ? birth_of_suffix(log + n) : 0;
        if (birth > 0) {
            *ret_birth = birth;
            return ROWS[i].topic;
        }
    }
    return TOPIC_NONE;
}

int kafka_birth_of(int32_t partition)
{
    return partition / KAFKA_BIRTH_STEP + 1;
}

int32_t kafka_number_of(int birth, int32_t partition)
{
    return partition < 0 ? partition : (birth - 1) * KAFKA_BIRTH_STEP + partition;
}

int32_t kafka_place_of(int32_t number)
{
    return number < 0 ? number : number % KAFKA_BIRTH_STEP;
}

/* --- births ------------------------------------------------------------------------------------------------------- */

void kafka_topic_prefix(const char *prefix)
{
    assert(strlen(prefix) <= 40);
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        (void)snprintf(prefixed[i], sizeof prefixed[i], "%s%s", prefix, ROWS[i].name);
        for (int birth = 1; birth <= KAFKA_BIRTHS_MOST; birth++)
            atomic_store(&counts[i][birth], 0);
    }
    atomic_store(&newest, 0);
    atomic_store(&later, 0);
    atomic_store(&last_open, 0);
}

int kafka_newest_birth(void)
{
    return atomic_load(&newest);
}

int32_t kafka_first_partition(void)
{
    int birth = kafka_newest_birth();
    return birth > 0 ? kafka_number_of(birth, 0) : 0;
}

int kafka_later_birth(bool *ret_is_open)
{
    int birth = atomic_load(&later);
    *ret_is_open = birth > 0 && atomic_load(&last_open) >= birth;
    return birth;
}

int kafka_partitions_of(enum topic topic, int birth)
{
    return birth >= 1 && birth <= KAFKA_BIRTHS_MOST ? atomic_load(&counts[row_of(topic)][birth]) : 0;
}

int topic_partitions(enum topic topic)
{
    return kafka_partitions_of(topic, kafka_newest_birth());
}

int topic_partitions_before(enum topic topic, int32_t partition)
{
    int n = kafka_place_of(partition);
    for (int birth = 1; birth < kafka_birth_of(partition); birth++)
        n += kafka_partitions_of(topic, birth);
    return n;
}

int topic_partitions_ever(enum topic topic)
{
    return topic_partitions_before(topic, kafka_number_of(kafka_newest_birth() + 1, 0));
}

int kafka_open_birth(const struct rd_kafka_metadata *metadata)
{
    int birth, open = 0;
    for (int i = 0; i < metadata->topic_cnt; i++)
        if (!metadata->topics[i].err && kafka_log_topic(metadata->topics[i].topic, &birth) == KAFKA_TOPICS[0] &&
            birth > open)
            open = birth;
    return open;
}

/* What is there keeps its number of partitions; a topic of a newer binary is made later. */
static int note_topics(const struct rd_kafka_metadata *metadata, int mine)
{
    int birth, last = 0;
    for (int i = 0; i < metadata->topic_cnt; i++) {
        const struct rd_kafka_metadata_topic *found = &metadata->topics[i];
        enum topic topic = found->err || found->partition_cnt == 0 ? TOPIC_NONE : kafka_log_topic(found->topic, &birth);
        if (!topic)
            continue;
        if (birth <= mine)
            atomic_store(&counts[row_of(topic)][birth], found->partition_cnt);
        last = birth > last ? birth : last;
    }
    return last;
}

void kafka_births_note(const struct rd_kafka_metadata *metadata)
{
    int open = kafka_open_birth(metadata), mine = kafka_newest_birth(), unknown = 0;
    int last = note_topics(metadata, mine > 0 ? mine : open);
    (void)atomic_compare_exchange_strong(&newest, &unknown, open);
    mine = kafka_newest_birth();
    atomic_store(&later, mine > 0 && last > mine ? last : 0);
    atomic_store(&last_open, open);
}

enum err kafka_births_learn(rd_kafka_t *rk, int deadline_ms)
{
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(rk, 1, NULL, &metadata, deadline_ms))
        return ERR_UNAVAILABLE;
    kafka_births_note(metadata);
    rd_kafka_metadata_destroy(metadata);
    return ERR_OK;
}

rd_kafka_topic_partition_list_t *kafka_list_ever(const enum topic topics[], size_t n)
{
    char name[KAFKA_NAME_BYTES];
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
    for (size_t i = 0; i < n; i++)
        for (int birth = 1; birth <= kafka_newest_birth(); birth++)
            if (kafka_partitions_of(topics[i], birth) > 0)
                rd_kafka_topic_partition_list_add_range(list, kafka_log_name(topics[i], birth, name), 0,
                                                        kafka_partitions_of(topics[i], birth) - 1);
    return list;
}
