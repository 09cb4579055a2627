#include "common/loop/loop_suspect.h"

#include "common/base/log.h"
#include "common/base/mem.h"
#include <string.h>

enum { KILLS_THAT_COUNT = 10 };

static bool is_at(const struct loop_suspect *suspect, const struct loop_offset *at)
{
    return suspect->topic == at->topic && suspect->partition == at->partition && suspect->offset == at->offset;
}

/* What its place in the list points to; the end of the list where it is none. */
static struct loop_suspect **place_of(struct loop_suspects *suspects, const struct loop_offset *at)
{
    struct loop_suspect **place = &suspects->list;
    while (*place && !is_at(*place, at))
        place = &(*place)->next;
    return place;
}

static struct loop_offset offset_of(const struct loop_suspects *suspects, const struct kafka_record *record)
{
    return (struct loop_offset){.cluster = suspects->positions->cluster,
                                .topic = (int32_t)record->topic,
                                .partition = record->partition,
                                .offset = record->offset};
}

const struct loop_suspect *loop_suspect_find(const struct loop_suspects *suspects, const struct kafka_record *record)
{
    const struct loop_offset at = offset_of(suspects, record);
    const struct loop_suspect *suspect = suspects->list;
    while (suspect && !is_at(suspect, &at))
        suspect = suspect->next;
    return suspect;
}

static void remove_at(struct loop_suspects *suspects, struct loop_suspect **place)
{
    struct loop_suspect *gone = *place;
    *place = gone->next;
    suspects->n--;
    mem_free(gone);
}

void loop_suspect_forget(struct loop_suspects *suspects, const struct kafka_record *record)
{
    const struct loop_offset at = offset_of(suspects, record);
    struct loop_suspect **place = place_of(suspects, &at);
    if (*place)
        remove_at(suspects, place);
}

/* The newest stands first, so the last one is the oldest. */
static void make_room(struct loop_suspects *suspects)
{
    struct loop_suspect **last = &suspects->list;
    while (*last && (*last)->next)
        last = &(*last)->next;
    if (suspects->n >= LOOP_SUSPECTS_LIMIT)
        remove_at(suspects, last);
}

static void keep(struct loop_suspects *suspects, const struct loop_offset *at, int attempts, const char *reason)
{
    struct loop_suspect **place = place_of(suspects, at);
    if (*place)
        remove_at(suspects, place);
    make_room(suspects);
    struct loop_suspect *s = mem_new(suspects->ctx, struct loop_suspect);
    *s = (struct loop_suspect){.next = suspects->list,
                               .topic = at->topic,
                               .partition = at->partition,
                               .offset = at->offset,
                               .attempts = attempts};
    s->reason = mem_text(s, reason);
    suspects->list = s;
    suspects->n++;
}

enum err loop_suspect_count(struct loop_suspects *suspects, int topic, int partition, int64_t offset,
                            const char *reason)
{
    TALLOC_CTX *ctx = mem_context(NULL, "attempt");
    const struct loop_offset at = {
        .cluster = suspects->positions->cluster, .topic = topic, .partition = partition, .offset = offset};
    int attempts = 0;
    enum err err = loop_store_count_attempt(suspects->pg, ctx, &at, reason, &attempts);
    if (!err)
        keep(suspects, &at, attempts, reason);
    mem_free(ctx);
    return err;
}

enum err loop_suspects_count_death(struct loop_suspects *suspects, const struct loop_marker *marker, size_t limit)
{
    bool killed = marker->kills > 0, alone = marker->offset >= 0;
    if (strcmp(marker->cluster, suspects->positions->cluster) != 0) {
        log_warn("crash_marker_ignored", "cluster=%s: it is of another Kafka", marker->cluster);
        return ERR_OK;
    }
    if (killed ? marker->kills > 1 : !alone)
        suspects->alone = limit;
    if (!alone || (killed && marker->kills < KILLS_THAT_COUNT))
        return ERR_OK;
    return loop_suspect_count(suspects, marker->topic, marker->partition, marker->offset, marker->reason);
}

enum err loop_suspects_read(struct loop_suspects *suspects)
{
    TALLOC_CTX *ctx = mem_context(NULL, "suspects");
    struct pg_result *rows = NULL;
    enum err err = loop_store_attempts(suspects->pg, ctx, suspects->positions->cluster, LOOP_SUSPECTS_LIMIT, &rows);
    while (!err && suspects->list)
        remove_at(suspects, &suspects->list);
    for (size_t i = 0; !err && i < pg_rows(rows); i++) {
        const struct loop_offset at = {.topic = (int32_t)pg_get_int8(rows, i, 0),
                                       .partition = (int32_t)pg_get_int8(rows, i, 1),
                                       .offset = pg_get_int8(rows, i, 2)};
        keep(suspects, &at, (int)pg_get_int8(rows, i, 3), pg_get_text(ctx, rows, i, 4));
    }
    mem_free(ctx);
    return err;
}
