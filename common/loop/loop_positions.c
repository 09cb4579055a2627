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

enum err loop_positions_take(struct loop_positions *positions, struct pg *pg, struct kafka_assignment assignments[],
                             size_t n)
{
    struct loop_position taken[LOOP_PARTITIONS_LIMIT];
    const struct uuid owner = uuid_random();
    positions->n = 0;
    if (n > LOOP_PARTITIONS_LIMIT)
        return ERR_INTERNAL;
    for (size_t i = 0; i < n; i++)
        taken[i] = (struct loop_position){
            .topic = (int32_t)assignments[i].topic, .partition = assignments[i].partition, .owner = owner};
    enum err err = loop_store_take_positions(pg, positions->cluster, taken, n);
    if (err)
        return err;
    for (size_t i = 0; i < n; i++) {
        positions->items[i] = (struct loop_partition){.position = taken[i], .lag_next = taken[i].next};
        assignments[i].next = taken[i].next;
    }
    positions->n = n;
    return ERR_OK;
}

static bool is_ours(const struct loop_position *mine, const struct pg_result *rows, size_t row)
{
    struct uuid owner = pg_get_uuid(rows, row, 2);
    return uuid_equal(&mine->owner, &owner) && mine->next == pg_get_int8(rows, row, 3);
}

bool loop_positions_hold(struct loop_positions *positions, struct pg *pg)
{
    TALLOC_CTX *ctx = mem_context(NULL, "positions");
    struct pg_result *rows = NULL;
    bool hold = true;
    enum err err = loop_store_positions(pg, ctx, positions->cluster, &rows);
    for (size_t i = 0; !err && i < pg_rows(rows); i++) {
        const struct loop_partition *mine = loop_positions_find(positions, (enum topic)pg_get_int8(rows, i, 0),
                                                                (int32_t)pg_get_int8(rows, i, 1));
        hold = hold && (!mine || is_ours(&mine->position, rows, i));
    }
    mem_free(ctx);
    return hold;
}

const struct loop_partition *loop_positions_waiting(const struct loop_positions *positions)
{
    for (size_t i = 0; i < positions->n; i++)
        if (*positions->items[i].unknown_kind)
            return &positions->items[i];
    return NULL;
}
