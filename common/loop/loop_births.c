#include "common/loop/loop_births.h"

#include "common/base/log.h"
#include "common/base/mem.h"

enum { ASK_WITHIN_MS = 2000, TOPICS_MOST = 64 };

/* How far older births reach, and how far they have been read. */
struct look {
    TALLOC_CTX *ctx;
    struct kafka_end *ends;
    size_t n_ends;
    struct loop_position_rows rows;
};

static bool is_among(const enum topic topics[], size_t n, int32_t topic)
{
    for (size_t i = 0; i < n; i++)
        if ((int32_t)topics[i] == topic)
            return true;
    return false;
}

/* The topics of which the loop has partitions of a later birth than the first. */
static size_t list_topics(const struct loop_births *births, enum topic ret_topics[TOPICS_MOST])
{
    size_t n = 0;
    for (size_t i = 0; i < births->positions->n; i++) {
        const struct loop_position *p = &births->positions->items[i].position;
        if (kafka_birth_of(p->partition) > 1 && n < TOPICS_MOST && !is_among(ret_topics, n, p->topic))
            ret_topics[n++] = (enum topic)p->topic;
    }
    return n;
}

static enum err look(const struct loop_births *births, struct look *ret_look)
{
    enum topic topics[TOPICS_MOST];
    size_t n = list_topics(births, topics);
    enum err err = n == 0 ? ERR_OK
                          : kafka_ends(births->producer, ret_look->ctx, topics, n, ASK_WITHIN_MS, &ret_look->ends,
                                       &ret_look->n_ends);
    if (!err && n > 0)
        err = loop_store_positions(births->pg, ret_look->ctx, births->positions->cluster, &ret_look->rows);
    return err;
}

/* Records of older births of its topic that have not been read. */
static int64_t count_before(const struct look *look, const struct loop_position *position)
{
    int64_t n = 0;
    for (size_t i = 0; i < look->n_ends; i++) {
        const struct kafka_end *end = &look->ends[i];
        if ((int32_t)end->topic != position->topic ||
            kafka_birth_of(end->partition) >= kafka_birth_of(position->partition))
            continue;
        int64_t next = loop_position_rows_next(&look->rows, (int32_t)end->topic, end->partition);
        n += next < end->end ? end->end - next : 0;
    }
    return n;
}

static void hold_back(struct loop_births *births, struct loop_partition *p, struct kafka_assignment *assignment,
                      int64_t n_before)
{
    loop_waits_for(births->waits, LOOP_WAIT_BIRTH, "birth %d of %s waits for %lld records of an older one",
                   kafka_birth_of(p->position.partition), topic_name((enum topic)p->position.topic),
                   (long long)n_before);
    births->holds_back = p->waits_for_birth = true;
    births->positions->n_unchecked -= p->unchecked;
    p->unchecked = assignment->compares = false;
    assignment->next = KAFKA_NOT_READ;
}

enum err loop_births_hold_back(struct loop_births *births, struct kafka_assignment assignments[])
{
    struct look found = {.ctx = mem_context(NULL, "births")};
    enum err err = look(births, &found);
    births->holds_back = false;
    for (size_t i = 0; i < births->positions->n && !err; i++) {
        int64_t n_before = count_before(&found, &births->positions->items[i].position);
        if (n_before > 0)
            hold_back(births, &births->positions->items[i], &assignments[i], n_before);
    }
    if (!err && !births->holds_back)
        loop_waits_end(births->waits, LOOP_WAIT_BIRTH);
    mem_free(found.ctx);
    return err;
}

bool loop_births_may_begin(struct loop_births *births)
{
    struct look found = {.ctx = NULL};
    bool may_begin = false;
    if (!births->holds_back)
        return false;
    found.ctx = mem_context(NULL, "births");
    enum err err = look(births, &found);
    for (size_t i = 0; i < births->positions->n && !err && !may_begin; i++) {
        const struct loop_partition *p = &births->positions->items[i];
        may_begin = p->waits_for_birth && count_before(&found, &p->position) == 0;
    }
    if (may_begin)
        log_info("birth_begins", "loop=%s", births->loop);
    mem_free(found.ctx);
    return may_begin;
}
