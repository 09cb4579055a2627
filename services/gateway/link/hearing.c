#include "services/gateway/link/hearing.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include <string.h>

enum { EPOCH_BYTES = 16, EPOCHS_MOST = 64, TOPICS_MOST = 64, PARTITIONS_MOST = 1024 };
#define UNNAMED_US CLOCK_MINUTE_US /* a newer binary of a loop reads this topic no more */

/* Where a loop of an instance is in its numbers. */
struct epoch {
    uint8_t id[EPOCH_BYTES];
    uint64_t number;
};

/* A topic that a loop of the service reads. */
struct heard_topic {
    char *loop;
    uint32_t topic, n_partitions;
    int64_t *since_us; /* of each partition; 0: not heard of */
    int64_t named_us;  /* by a heartbeat of any owner */
};

struct hearing {
    ARRAY(struct epoch) epochs; /* the one heard of last comes last */
    ARRAY(struct heard_topic) topics;
    uint32_t n_loops; /* that the service has; 0: not known */
};

struct hearing *hearing_new(TALLOC_CTX *ctx)
{
    return mem_new(ctx, struct hearing);
}

static void drop_topic(struct hearing *hearing, size_t at)
{
    mem_free(hearing->topics.items[at].loop);
    mem_free(hearing->topics.items[at].since_us);
    hearing->topics.items[at] = hearing->topics.items[--hearing->topics.n];
}

void hearing_forget(struct hearing *hearing)
{
    while (hearing->topics.n > 0)
        drop_topic(hearing, hearing->topics.n - 1);
    hearing->epochs.n = 0;
    hearing->n_loops = 0;
}

/* --- numbers ------------------------------------------------------------------------------------------------------ */

/* Takes it out of the list; a new one: number 0. */
static struct epoch take_epoch(struct hearing *hearing, const uint8_t id[EPOCH_BYTES])
{
    struct epoch epoch = {.number = 0};
    size_t i = 0;
    while (i < hearing->epochs.n && memcmp(hearing->epochs.items[i].id, id, EPOCH_BYTES) != 0)
        i++;
    if (i < hearing->epochs.n)
        epoch = hearing->epochs.items[i];
    else if (i == EPOCHS_MOST)
        i = 0; /* the one that was silent for longest gives way: were it heard of again, it would count as new */
    memcpy(epoch.id, id, EPOCH_BYTES);
    if (i < hearing->epochs.n) {
        memmove(&hearing->epochs.items[i], &hearing->epochs.items[i + 1], (hearing->epochs.n - i - 1) * sizeof epoch);
        hearing->epochs.n--;
    }
    return epoch;
}

/* False: the epoch is new, or a number is left out. */
static bool follows(struct hearing *hearing, const Pb__Told *told)
{
    struct epoch epoch = take_epoch(hearing, told->epoch.data);
    bool follows = epoch.number > 0 && told->number == epoch.number + 1;
    epoch.number = told->number;
    array_add(hearing, &hearing->epochs, epoch);
    return follows;
}

/* --- heartbeats --------------------------------------------------------------------------------------------------- */

static struct heard_topic *find_topic(struct hearing *hearing, const char *loop, const Pb__OwnedPartitions *owned)
{
    for (size_t i = 0; i < hearing->topics.n; i++) {
        struct heard_topic *topic = &hearing->topics.items[i];
        if (topic->topic != owned->topic || strcmp(topic->loop, loop) != 0)
            continue;
        if (topic->n_partitions >= owned->of)
            return topic->n_partitions == owned->of ? topic : NULL;
        drop_topic(hearing, i); /* another birth has come: its owners name more, and who names fewer is of before it */
        break;
    }
    if (hearing->topics.n == TOPICS_MOST || owned->of > PARTITIONS_MOST)
        return NULL; /* no service of ours: it stays unheard */
    array_add(hearing, &hearing->topics,
              (struct heard_topic){.loop = mem_text(hearing, loop),
                                   .topic = owned->topic,
                                   .n_partitions = owned->of,
                                   .since_us = mem_array(hearing, int64_t, owned->of)});
    return &hearing->topics.items[hearing->topics.n - 1];
}

static void take_topic(struct hearing *hearing, const char *loop, const Pb__OwnedPartitions *owned, int64_t since_us)
{
    struct heard_topic *topic = find_topic(hearing, loop, owned);
    if (!topic)
        return;
    topic->named_us = since_us;
    for (size_t i = 0; i < owned->n_partitions; i++)
        if (owned->partitions[i] < topic->n_partitions)
            topic->since_us[owned->partitions[i]] = since_us;
}

/* A topic that its loop names no more is not waited for. */
static void drop_unnamed(struct hearing *hearing, int64_t since_us)
{
    for (size_t i = hearing->topics.n; i-- > 0;)
        if (hearing->topics.items[i].named_us <= since_us - UNNAMED_US)
            drop_topic(hearing, i);
}

static void take_heartbeat(struct hearing *hearing, const Pb__Heartbeat *heartbeat, int64_t since_us)
{
    hearing->n_loops = heartbeat->loops;
    for (size_t i = 0; i < heartbeat->n_topics; i++)
        take_topic(hearing, heartbeat->loop, heartbeat->topics[i], since_us);
    drop_unnamed(hearing, since_us);
}

bool hearing_take(struct hearing *hearing, const Pb__Told *told, int64_t since_us)
{
    if (told->epoch.len != EPOCH_BYTES)
        return false;
    bool complete = follows(hearing, told);
    if (told->heartbeat)
        take_heartbeat(hearing, told->heartbeat, since_us);
    return complete;
}

/* --- what follows ------------------------------------------------------------------------------------------------- */

static bool is_first_of_loop(const struct hearing *hearing, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(hearing->topics.items[i].loop, hearing->topics.items[at].loop) == 0)
            return false;
    return true;
}

int64_t hearing_since_us(const struct hearing *hearing)
{
    uint32_t n_loops = 0;
    int64_t oldest_us = INT64_MAX;
    for (size_t i = 0; i < hearing->topics.n; i++) {
        const struct heard_topic *topic = &hearing->topics.items[i];
        n_loops += is_first_of_loop(hearing, i);
        for (size_t j = 0; j < topic->n_partitions; j++)
            if (topic->since_us[j] < oldest_us)
                oldest_us = topic->since_us[j];
    }
    return hearing->n_loops > 0 && n_loops >= hearing->n_loops ? oldest_us : 0;
}
