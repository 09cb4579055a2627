#include "common/loop/loop_positions.h"

#include "common/base/mem.h"

struct loop_partition *loop_positions_find(struct loop_positions *positions, enum topic topic, int32_t partition)
{
    for (size_t i = 0; i < positions->n; i++) {
        const struct loop_position *p = &positions->items[i].position;
        if (p->topic == (int32_t)topic && p->partition == partition)
            return &positions->items[i];
    }
    return NULL;
}

static enum err take(struct loop_positions *positions, struct pg *pg, struct kafka_assignment *assignment)
{
    struct loop_partition *p = &positions->items[positions->n];
    *p = (struct loop_partition){.position = {.topic = (int32_t)assignment->topic, .partition = assignment->partition}};
    enum err err = loop_store_position(pg, positions->cluster, &p->position);
    if (err)
        return err;
    positions->n++;
    assignment->next = p->lag_next = p->position.next;
    return ERR_OK;
}

enum err loop_positions_take(struct loop_positions *positions, struct pg *pg, struct kafka_assignment assignments[],
                             size_t n)
{
    enum err err = n > LOOP_PARTITIONS_LIMIT ? ERR_INTERNAL : ERR_OK;
    positions->n = 0;
    for (size_t i = 0; i < n && !err; i++)
        err = take(positions, pg, &assignments[i]);
    if (err)
        positions->n = 0;
    return err;
}

enum err loop_positions_check(struct loop_positions *positions, struct pg *pg)
{
    TALLOC_CTX *ctx = mem_context(NULL, "positions");
    struct pg_result *rows = NULL;
    enum err err = loop_store_positions(pg, ctx, positions->cluster, &rows);
    for (size_t i = 0; !err && i < pg_rows(rows); i++) {
        const struct loop_partition *mine = loop_positions_find(positions, (enum topic)pg_get_int8(rows, i, 0),
                                                                (int32_t)pg_get_int8(rows, i, 1));
        if (mine && mine->position.next != pg_get_int8(rows, i, 2))
            err = ERR_OWNER_LOST;
    }
    mem_free(ctx);
    return err;
}

const struct loop_partition *loop_positions_waiting(const struct loop_positions *positions)
{
    for (size_t i = 0; i < positions->n; i++)
        if (*positions->items[i].unknown_kind)
            return &positions->items[i];
    return NULL;
}
