#include "common/loop/loop_positions.h"

#include "common/base/log.h"
#include "common/base/mem.h"
#include <stdio.h>
#include <string.h>

struct loop_partition *loop_positions_find(struct loop_positions *positions, enum topic topic, int32_t partition)
{
    for (size_t i = 0; i < positions->n; i++) {
        const struct loop_position *p = &positions->items[i].position;
        if (p->topic == (int32_t)topic && p->partition == partition)
            return &positions->items[i];
    }
    return NULL;
}

struct loop_offset loop_offset_of(const struct loop_positions *positions, const struct kafka_record *record)
{
    return (struct loop_offset){.cluster = positions->cluster,
                                .topic = (int32_t)record->topic,
                                .partition = record->partition,
                                .offset = record->offset,
                                .place = record->place};
}

/* --- a log that is not the one that a position was made on -------------------------------------------------------- */

/* The row's `next` goes back to the beginning, and knows of no record before it. */
static enum err read_again(struct loop_positions *positions, struct pg *pg, struct loop_partition *p)
{
    TALLOC_CTX *ctx = mem_context(NULL, "again");
    struct loop_position *position = &p->position;
    position->expected = position->next;
    position->next = 0;
    position->last = (struct loop_last){0};
    const struct pg_result *moved = loop_store_queue_advance(pg, ctx, positions->cluster, position, 1);
    enum err err = pg_flush(pg);
    if (!err && pg_affected(moved) != 1)
        err = ERR_RETRY;
    mem_free(ctx);
    return err;
}

/* Commands may be missing, or stand where they would be skipped: what to do about that is nothing that a program can
 * know. All else is dropped where it is known. */
static enum err distrust(struct loop_positions *positions, struct pg *pg, struct loop_partition *p, const char *why)
{
    const struct loop_position *position = &p->position;
    bool commands = position->topic == (int32_t)positions->commands;
    log_event(commands ? LOG_LEVEL_ERROR : LOG_LEVEL_WARN, commands ? "partition_stopped" : "partition_read_again",
              "topic=%s partition=%d detail=\"%s\"", topic_name((enum topic)position->topic), position->partition, why);
    if (!commands)
        return read_again(positions, pg, p);
    p->stopped = true;
    return loop_store_stop_position(pg, positions->cluster, position, why);
}

static enum err compare_bounds(struct loop_positions *positions, struct pg *pg, struct loop_partition *p,
                               const struct kafka_assignment *log)
{
    char why[128];
    int64_t next = p->position.next;
    if (next == 0 || (log->start <= next && log->end >= next))
        return ERR_OK;
    if (log->end < next)
        (void)snprintf(why, sizeof why, "the log ends at %lld, the position is %lld", (long long)log->end,
                       (long long)next);
    else
        (void)snprintf(why, sizeof why, "the log begins at %lld, the position is %lld", (long long)log->start,
                       (long long)next);
    return distrust(positions, pg, p, why);
}

static bool same_record(const struct loop_last *last, const struct kafka_record *record)
{
    const struct loop_last found = loop_last_of(record);
    return found.append_time_us == last->append_time_us && uuid_equal(&found.hash, &last->hash);
}

/* Of a compacted topic the record before may be gone, and so may the one at the position. */
static enum err compare_first(struct loop_positions *positions, struct pg *pg, struct loop_partition *p,
                              const struct kafka_record *record)
{
    char why[128];
    const struct loop_position *position = &p->position;
    bool commands = position->topic == (int32_t)positions->commands, before = record->offset < position->next;
    if (before ? same_record(&position->last, record) : !commands || record->offset == position->next)
        return ERR_OK;
    (void)snprintf(why, sizeof why,
                   before ? "another record stands at %lld than was processed" : "the log begins at %lld",
                   (long long)record->offset);
    enum err err = distrust(positions, pg, p, why);
    return err ? err : ERR_RETRY;
}

enum err loop_positions_check(struct loop_positions *positions, struct pg *pg, const struct kafka_records *records)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < records->n && positions->n_unchecked > 0 && !err; i++) {
        const struct kafka_record *record = &records->items[i];
        struct loop_partition *p = loop_positions_find(positions, record->topic, record->partition);
        if (!p || !p->unchecked)
            continue;
        p->unchecked = false;
        positions->n_unchecked--;
        err = compare_first(positions, pg, p, record);
    }
    return err;
}

struct loop_last loop_last_of(const struct kafka_record *record)
{
    const struct kafka_record *whole = record->of ? record->of : record;
    const void *const parts[] = {whole->key, whole->value};
    return (struct loop_last){
        .append_time_us = whole->append_time_us,
        .hash = uuid_hash(2, parts, (const size_t[]){whole->key_bytes, whole->value_bytes}),
    };
}

/* --- taking ------------------------------------------------------------------------------------------------------- */

static void read_row(struct loop_positions *positions, const struct loop_position_row *row)
{
    struct loop_partition *p = loop_positions_find(positions, (enum topic)row->position.topic, row->position.partition);
    if (!p)
        return;
    p->position = row->position;
    p->stopped = row->stopped != NULL;
}

static enum err take_rows(struct loop_positions *positions, struct pg *pg, const struct kafka_assignment assignments[])
{
    if (positions->n == 0)
        return ERR_OK;
    TALLOC_CTX *ctx = mem_context(NULL, "take");
    struct loop_position taken[LOOP_PARTITIONS_LIMIT];
    struct loop_position_rows rows = {0};
    const struct uuid owner = uuid_random();
    for (size_t i = 0; i < positions->n; i++) {
        taken[i] = (struct loop_position){
            .topic = (int32_t)assignments[i].topic, .partition = assignments[i].partition, .owner = owner};
        positions->items[i] = (struct loop_partition){.position = taken[i]};
    }
    enum err err = loop_store_take_positions(pg, ctx, positions->cluster, taken, positions->n, &rows);
    for (size_t i = 0; i < rows.n; i++)
        read_row(positions, &rows.items[i]);
    mem_free(ctx);
    return err;
}

/* From where a partition is read; where the log begins with the position, there is nothing before it to compare. */
static enum err begin(struct loop_positions *positions, struct pg *pg, struct loop_partition *p,
                      struct kafka_assignment *assignment)
{
    bool asked = assignment->end >= 0;
    enum err err = asked && !p->stopped ? compare_bounds(positions, pg, p, assignment) : ERR_OK;
    const struct loop_position *position = &p->position;
    p->lag_next = position->next;
    assignment->next = p->stopped ? KAFKA_NOT_READ : position->next;
    p->unchecked = assignment->compares = !p->stopped && position->last.append_time_us > 0 &&
                                          !(asked && assignment->start == position->next);
    positions->n_unchecked += p->unchecked;
    return err;
}

enum err loop_positions_take(struct loop_positions *positions, struct pg *pg, struct kafka_assignment assignments[],
                             size_t n)
{
    positions->n = n <= LOOP_PARTITIONS_LIMIT ? n : 0;
    positions->n_unchecked = 0;
    enum err err = n <= LOOP_PARTITIONS_LIMIT ? take_rows(positions, pg, assignments) : ERR_INTERNAL;
    for (size_t i = 0; i < positions->n && !err; i++)
        err = begin(positions, pg, &positions->items[i], &assignments[i]);
    if (err)
        positions->n = 0;
    return err;
}

/* --- holding ------------------------------------------------------------------------------------------------------ */

/* What does not fit is cut: `X positions list` has it all. */
static void list_stopped(struct loop_positions *positions, const struct loop_position_rows *rows)
{
    positions->stopped[0] = '\0';
    for (size_t i = 0; i < rows->n; i++) {
        const struct loop_position_row *row = &rows->items[i];
        size_t at = strlen(positions->stopped);
        if (row->stopped && row->position.topic == (int32_t)positions->commands)
            (void)snprintf(positions->stopped + at, sizeof positions->stopped - at, "%sstopped %s %d: %s",
                           at > 0 ? ", " : "", topic_name(positions->commands), row->position.partition, row->stopped);
    }
}

static bool is_ours(struct loop_positions *positions, const struct loop_position *row)
{
    const struct loop_partition *mine = loop_positions_find(positions, (enum topic)row->topic, row->partition);
    return mine && uuid_equal(&mine->position.owner, &row->owner) && mine->position.next == row->next;
}

enum err loop_positions_hold(struct loop_positions *positions, struct pg *pg)
{
    TALLOC_CTX *ctx = mem_context(NULL, "positions");
    struct loop_position_rows rows = {0};
    size_t n_ours = 0; /* a row that is gone is not as we know it: the database is an older one */
    enum err err = loop_store_positions(pg, ctx, positions->cluster, &rows);
    for (size_t i = 0; !err && i < rows.n; i++)
        n_ours += is_ours(positions, &rows.items[i].position);
    if (!err)
        list_stopped(positions, &rows);
    mem_free(ctx);
    return !err && n_ours != positions->n ? ERR_OWNER_LOST : err;
}
