#include "common/loop/loop_suspect.h"

#include "common/base/mem.h"
#include "common/loop/loop_store.h"

static bool is_at(const struct loop_suspect *suspect, const struct loop_offset *at)
{
    return suspect->topic == at->topic && suspect->partition == at->partition && suspect->offset == at->offset &&
           suspect->place == at->place;
}

/* What its place in the list points to; the end of the list where it is none. */
static struct loop_suspect **place_of(struct loop_suspects *suspects, const struct loop_offset *at)
{
    struct loop_suspect **place = &suspects->list;
    while (*place && !is_at(*place, at))
        place = &(*place)->next;
    return place;
}

const struct loop_suspect *loop_suspect_find(const struct loop_suspects *suspects, const struct kafka_record *record)
{
    const struct loop_offset at = loop_offset_of(suspects->positions, record);
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
    const struct loop_offset at = loop_offset_of(suspects->positions, record);
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
                               .place = at->place,
                               .attempts = attempts};
    s->reason = mem_text(s, reason);
    suspects->list = s;
    suspects->n++;
}

enum err loop_suspect_count(struct loop_suspects *suspects, const struct loop_offset *at, const char *reason)
{
    TALLOC_CTX *ctx = mem_context(NULL, "attempt");
    int attempts = 0;
    enum err err = loop_store_count_attempt(suspects->pg, ctx, at, reason, &attempts);
    if (!err)
        keep(suspects, at, attempts, reason);
    mem_free(ctx);
    return err;
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
                                       .offset = pg_get_int8(rows, i, 2),
                                       .place = (int32_t)pg_get_int8(rows, i, 3)};
        keep(suspects, &at, (int)pg_get_int8(rows, i, 4), pg_get_text(ctx, rows, i, 5));
    }
    mem_free(ctx);
    return err;
}
