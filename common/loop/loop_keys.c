#include "common/loop/loop_keys.h"

#include "common/base/array.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "common/loop/loop_store_keys.h"

enum { COLUMN_TOPIC, COLUMN_KEY, COLUMN_COMMIT };

/* One key of a move. */
struct marked {
    ProtobufCBinaryData value;
    bool exists, told;
};

struct move {
    const struct loop_keys *keys;
    TALLOC_CTX *ctx;
    const struct loop_position *own;
    const struct pg_result *taken;
    struct uuid_map **marked; /* of each compacted topic: struct marked, by key */
    ARRAY(struct loop_notice) notices;
};

const struct loop_partition *loop_first_partition(const struct loop_options *options, struct loop_positions *positions)
{
    if (!options->fires_timers)
        return NULL;
    return loop_positions_find(positions, options->inputs[0].topic, kafka_first_partition());
}

/* --- the records as they are now ---------------------------------------------------------------------------------- */

static enum err take(struct move *move, int64_t commit_id)
{
    const struct loop_options *options = move->keys->options;
    int32_t *topics = mem_array(move->ctx, int32_t, options->n_compacted);
    move->marked = mem_array(move->ctx, struct uuid_map *, options->n_compacted);
    for (size_t i = 0; i < options->n_compacted; i++) {
        topics[i] = (int32_t)options->compacted[i].topic;
        move->marked[i] = uuid_map_new(move->ctx);
    }
    loop_store_queue_keys_begin(move->keys->pg);
    move->taken = loop_store_queue_take_keys(move->keys->pg, move->ctx, move->keys->positions->cluster, move->own,
                                             commit_id, topics, options->n_compacted, LOOP_KEYS_AT_ONCE);
    return pg_flush(move->keys->pg);
}

/* One of the topics that were asked for. */
static size_t topic_of(const struct move *move, size_t row)
{
    size_t i = 0;
    while ((int64_t)move->keys->options->compacted[i].topic != pg_get_int8(move->taken, row, COLUMN_TOPIC))
        i++;
    return i;
}

static struct marked *marked_at(const struct move *move, size_t row)
{
    struct uuid key = pg_get_uuid(move->taken, row, COLUMN_KEY);
    return UUID_MAP_MAKE(move->marked[topic_of(move, row)], &key, struct marked);
}

static enum err read_topic(struct move *move, size_t topic)
{
    struct uuid_map *marked = move->marked[topic];
    size_t n = uuid_map_size(marked);
    struct loop_record_list records = {0};
    if (n == 0)
        return ERR_OK;
    enum err err = move->keys->options->compacted[topic].read(move->keys->pg, move->ctx, uuid_map_ids(marked), n,
                                                              &records);
    for (size_t i = 0; !err && i < records.n; i++) {
        struct marked *key = UUID_MAP_MAKE(marked, &records.items[i].key, struct marked);
        key->exists = true;
        key->value = records.items[i].value;
    }
    return err;
}

static enum err read_records(struct move *move)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < pg_rows(move->taken); i++)
        (void)marked_at(move, i); /* named, to be filled by read_topic */
    for (size_t i = 0; i < move->keys->options->n_compacted && !err; i++)
        err = read_topic(move, i);
    return err;
}

/* --- rows of the outbox ------------------------------------------------------------------------------------------- */

/* The rows from `first` on that stand for the same commit. */
static size_t rows_of_commit(const struct pg_result *taken, size_t first)
{
    size_t n = 1;
    int64_t commit_id = pg_get_int8(taken, first, COLUMN_COMMIT);
    while (first + n < pg_rows(taken) && pg_get_int8(taken, first + n, COLUMN_COMMIT) == commit_id)
        n++;
    return n;
}

/* Of keys that an earlier row tells nothing is told again: the row may be empty, and is announced behind that one. */
static Pb__Announcement *announcement_of(struct move *move, size_t first, size_t n)
{
    Pb__Announcement *a = mem_new(move->ctx, Pb__Announcement);
    pb__announcement__init(a);
    a->messages = mem_array(move->ctx, Pb__OutboundMessage *, n);
    for (size_t i = first; i < first + n; i++) {
        struct marked *marked = marked_at(move, i);
        struct uuid key = pg_get_uuid(move->taken, i, COLUMN_KEY);
        enum topic topic = move->keys->options->compacted[topic_of(move, i)].topic;
        if (!marked->told)
            a->messages[a->n_messages++] = loop_outbound(move->ctx, topic, &key, marked->value, !marked->exists);
        marked->told = true;
    }
    return a;
}

static struct pg_result *queue_rows(struct move *move)
{
    struct pg_args *args = loop_store_key_rows_args(move->ctx);
    for (size_t at = 0, n; at < pg_rows(move->taken); at += n) {
        n = rows_of_commit(move->taken, at);
        Pb__Announcement *a = announcement_of(move, at, n);
        loop_store_add_key_row(args, move->keys->positions->cluster, move->own, mem_pack(move->ctx, &a->base),
                               pg_get_int8(move->taken, at, COLUMN_COMMIT));
        array_add(move->ctx, &move->notices, (struct loop_notice){.announcement = a});
    }
    return pg_queue(move->keys->pg, args);
}

static enum err write_and_commit(struct move *move)
{
    const struct pg_result *rows = queue_rows(move);
    FAILPOINT("loop.keys.read");
    pg_queue_sql(move->keys->pg, "COMMIT");
    enum err err = pg_flush(move->keys->pg);
    for (size_t i = 0; i < move->notices.n && !err; i++)
        move->notices.items[i].row = loop_store_outbox_row(rows, i);
    if (move->notices.n > 0)
        FAILPOINT("loop.keys.moved");
    return err;
}

/* --- all ---------------------------------------------------------------------------------------------------------- */

static enum err undo(const struct loop_keys *keys, enum err err)
{
    if (!pg_is_connected(keys->pg))
        return err;
    log_warn("keys_not_moved", "loop=%s err=%s detail=\"%s\"", keys->options->name, err_word(err),
             pg_message(keys->pg));
    return loop_store_rollback(keys->pg);
}

enum err loop_keys_move(const struct loop_keys *keys, TALLOC_CTX *ctx, int64_t commit_id, struct loop_moved *ret_moved)
{
    const struct loop_partition *own = loop_first_partition(keys->options, keys->positions);
    *ret_moved = (struct loop_moved){0};
    if (!own || keys->options->n_compacted == 0)
        return ERR_OK;
    struct move move = {.keys = keys, .ctx = ctx, .own = &own->position};
    enum err err = take(&move, commit_id);
    if (!err)
        err = read_records(&move);
    if (!err)
        err = write_and_commit(&move);
    if (err)
        return undo(keys, err);
    *ret_moved = (struct loop_moved){.notices = move.notices.items,
                                     .n = move.notices.n,
                                     .whole = move.notices.n > 0 && pg_rows(move.taken) < LOOP_KEYS_AT_ONCE};
    return ERR_OK;
}
