#include "common/loop/loop_obstacle.h"

#include "common/base/mem.h"
#include "common/loop/loop_store_dead.h"
#include <stdio.h>

bool loop_obstacle_is_known(const struct loop_partition *partition)
{
    const struct loop_obstacle *known = &partition->obstacle;
    return (known->attempts > 0 || known->waits) && known->offset >= partition->position.next;
}

static bool is_at(const struct loop_partition *partition, int64_t offset, int32_t place)
{
    return partition->obstacle.offset == offset && partition->obstacle.place == place;
}

bool loop_obstacle_is(const struct loop_partition *partition, const struct kafka_record *message)
{
    return loop_obstacle_is_known(partition) && partition->position.topic == (int32_t)message->topic &&
           partition->position.partition == message->partition && is_at(partition, message->offset, message->place);
}

/* Whatever was known before: messages are run in their order, so this one is the first. */
static struct loop_obstacle *become(struct loop_partition *partition, int64_t offset, int32_t place, const char *reason)
{
    struct loop_obstacle *obstacle = &partition->obstacle;
    if (!is_at(partition, offset, place))
        *obstacle = (struct loop_obstacle){.offset = offset, .place = place};
    (void)snprintf(obstacle->reason, sizeof obstacle->reason, "%s", reason); /* cut is fine */
    return obstacle;
}

void loop_obstacle_waits(struct loop_partition *partition, const struct kafka_record *message, enum err why,
                         const char *reason)
{
    become(partition, message->offset, message->place, reason)->waits = why;
}

void loop_obstacle_is_ahead(struct loop_partition *partition, const struct kafka_record *message, enum err why,
                            const char *reason)
{
    loop_obstacle_waits(partition, message, why, reason);
    partition->obstacle.is_ahead = true;
}

void loop_obstacles_reached(struct loop_positions *positions, bool committed)
{
    for (size_t i = 0; i < positions->n; i++) {
        struct loop_obstacle *obstacle = &positions->items[i].obstacle;
        if (obstacle->is_ahead && !committed)
            *obstacle = (struct loop_obstacle){0};
        obstacle->is_ahead = false;
    }
}

enum err loop_obstacle_failed(struct loop_positions *positions, struct pg *pg, const struct kafka_record *message,
                              const char *reason)
{
    const struct loop_offset at = loop_offset_of(positions, message);
    struct loop_partition *partition = loop_positions_find(positions, message->topic, message->partition);
    int attempts = 0;
    enum err err = loop_store_count_attempt(pg, &at, reason, &attempts);
    if (!err)
        become(partition, at.offset, at.place, reason)->attempts = attempts;
    return err;
}

/* Of a partition that waits already, only how often the message has failed that it waits for. */
static void read_row(struct loop_positions *positions, TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    struct loop_partition *partition = loop_positions_find(positions, (enum topic)pg_get_int8(rows, row, 0),
                                                           (int32_t)pg_get_int8(rows, row, 1));
    int64_t offset = pg_get_int8(rows, row, 2);
    int32_t place = (int32_t)pg_get_int8(rows, row, 3);
    if (partition && (!partition->obstacle.waits || is_at(partition, offset, place)))
        become(partition, offset, place, pg_get_text(ctx, rows, row, 5))->attempts = (int)pg_get_int8(rows, row, 4);
}

static enum err read_all(struct loop_positions *positions, struct pg *pg, const struct loop_offset *done)
{
    TALLOC_CTX *ctx = mem_context(NULL, "attempts");
    struct pg_result *rows = NULL;
    enum err err = loop_store_attempts(pg, ctx, positions->cluster, done, &rows);
    for (size_t i = 0; !err && i < pg_rows(rows); i++)
        read_row(positions, ctx, rows, i);
    mem_free(ctx);
    return err;
}

enum err loop_obstacles_read(struct loop_positions *positions, struct pg *pg)
{
    return read_all(positions, pg, NULL);
}

enum err loop_obstacle_is_done(struct loop_positions *positions, struct pg *pg, const struct kafka_record *message)
{
    const struct loop_offset at = loop_offset_of(positions, message);
    loop_positions_find(positions, message->topic, message->partition)->obstacle = (struct loop_obstacle){0};
    return read_all(positions, pg, &at);
}

const struct loop_partition *loop_obstacles_unknown(const struct loop_positions *positions)
{
    for (size_t i = 0; i < positions->n; i++)
        if (positions->items[i].obstacle.waits == ERR_UNKNOWN_KIND)
            return &positions->items[i];
    return NULL;
}

bool loop_obstacles_given_up(struct loop_positions *positions, struct pg *pg)
{
    if (!loop_obstacles_unknown(positions) || loop_obstacles_read(positions, pg) != ERR_OK)
        return false;
    for (size_t i = 0; i < positions->n; i++)
        if (positions->items[i].obstacle.waits && positions->items[i].obstacle.attempts >= LOOP_ATTEMPTS)
            return true;
    return false;
}
