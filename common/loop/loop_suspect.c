/* Suspects: messages that a handler failed or died on. The table `attempt` is what counts; in memory is what
 * has_suspect asks of every batch. One that was let go for want of room is known again by its next attempt. */
#include "common/loop/loop_internal.h"

/* What its place in the list points to; the end of the list where it is none. */
static struct loop_suspect **place_of(struct loop *loop, const struct loop_offset *at)
{
    struct loop_suspect **place = &loop->suspects;
    while (*place &&
           ((*place)->topic != at->topic || (*place)->partition != at->partition || (*place)->offset != at->offset))
        place = &(*place)->next;
    return place;
}

static struct loop_offset offset_of(const struct loop *loop, const struct kafka_record *record)
{
    return (struct loop_offset){.cluster = loop->cluster,
                                .topic = (int32_t)record->topic,
                                .partition = record->partition,
                                .offset = record->offset};
}

const struct loop_suspect *loop_suspect_find(struct loop *loop, const struct kafka_record *record)
{
    const struct loop_offset at = offset_of(loop, record);
    return loop->suspects ? *place_of(loop, &at) : NULL;
}

static void remove_at(struct loop *loop, struct loop_suspect **place)
{
    struct loop_suspect *gone = *place;
    *place = gone->next;
    loop->n_suspects--;
    mem_free(gone);
}

void loop_suspect_forget(struct loop *loop, const struct kafka_record *record)
{
    const struct loop_offset at = offset_of(loop, record);
    struct loop_suspect **place = place_of(loop, &at);
    if (*place)
        remove_at(loop, place);
}

/* The newest stands first, so the last one is the oldest. */
static void make_room(struct loop *loop)
{
    struct loop_suspect **last = &loop->suspects;
    while (*last && (*last)->next)
        last = &(*last)->next;
    if (loop->n_suspects >= LOOP_SUSPECTS_LIMIT)
        remove_at(loop, last);
}

static void keep(struct loop *loop, const struct loop_offset *at, int attempts, const char *reason)
{
    struct loop_suspect **place = place_of(loop, at);
    if (*place)
        remove_at(loop, place);
    make_room(loop);
    struct loop_suspect *s = mem_new(loop, struct loop_suspect);
    *s = (struct loop_suspect){.next = loop->suspects,
                               .topic = at->topic,
                               .partition = at->partition,
                               .offset = at->offset,
                               .attempts = attempts};
    s->reason = mem_text(s, reason);
    loop->suspects = s;
    loop->n_suspects++;
}

enum err loop_suspect_count(struct loop *loop, int topic, int partition, int64_t offset, const char *reason)
{
    TALLOC_CTX *ctx = mem_context(NULL, "attempt");
    const struct loop_offset at = {.cluster = loop->cluster, .topic = topic, .partition = partition, .offset = offset};
    int attempts = 0;
    enum err err = loop_store_count_attempt(loop->pg, ctx, &at, reason, &attempts);
    if (!err)
        keep(loop, &at, attempts, reason);
    mem_free(ctx);
    return err;
}

enum err loop_suspects_read(struct loop *loop)
{
    TALLOC_CTX *ctx = mem_context(NULL, "suspects");
    struct pg_result *rows = NULL;
    enum err err = loop_store_attempts(loop->pg, ctx, loop->cluster, LOOP_SUSPECTS_LIMIT, &rows);
    while (!err && loop->suspects)
        remove_at(loop, &loop->suspects);
    for (size_t i = 0; !err && i < pg_rows(rows); i++) {
        const struct loop_offset at = {.topic = (int32_t)pg_get_int8(rows, i, 0),
                                       .partition = (int32_t)pg_get_int8(rows, i, 1),
                                       .offset = pg_get_int8(rows, i, 2)};
        keep(loop, &at, (int)pg_get_int8(rows, i, 3), pg_get_text(ctx, rows, i, 4));
    }
    mem_free(ctx);
    return err;
}
