#include "services/meeting/reminder/reminder_set.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include <string.h>

/* What messages that ask for the same branches of the same month read together: a city is read once for all of them. */
struct shared {
    struct reminder_ask ask;
    struct reminder_actor actor;
    struct reminder_rows rows;
    struct reminder_branch *branches;
    size_t n;
};

/* Of one message. */
struct wanted {
    struct reminder_ask ask;
    struct shared *shared;
    struct pg_result *recent;
};

struct set {
    TALLOC_CTX *ctx;
    struct uuid_map *shared; /* struct shared, by who asks for what */
    struct uuid_map *wanted; /* struct wanted, by message */
    ARRAY(struct reminder) sent;
};

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->ctx = loop_ctx(batch);
    set->shared = uuid_map_new(set->ctx);
    set->wanted = uuid_map_new(set->ctx);
    return set;
}

static void set_load(void *state, struct pg *pg)
{
    struct set *set = state;
    if (uuid_map_size(set->wanted) > 0)
        reminder_store_lock(set->ctx, pg);
    for (size_t i = 0; i < uuid_map_size(set->shared); i++) {
        struct shared *shared = uuid_map_value(set->shared, i);
        shared->rows = reminder_store_queue(set->ctx, pg, &shared->ask, &shared->actor);
    }
    for (size_t i = 0; i < uuid_map_size(set->wanted); i++) {
        struct wanted *wanted = uuid_map_value(set->wanted, i);
        wanted->recent = reminder_store_recent(set->ctx, pg, &wanted->ask);
    }
}

static enum err set_loaded(void *state)
{
    struct set *set = state;
    for (size_t i = 0; i < uuid_map_size(set->shared); i++) {
        struct shared *shared = uuid_map_value(set->shared, i);
        shared->branches = reminder_store_read(set->ctx, &shared->rows, &shared->n);
    }
    return ERR_OK;
}

static void set_write(void *state, struct pg *pg)
{
    struct set *set = state;
    for (size_t i = 0; i < set->sent.n; i++)
        reminder_store_add(set->ctx, pg, &set->sent.items[i]);
}

const struct loop_part REMINDER_PART = {
    .name = "reminder", .new = set_new, .load = set_load, .loaded = set_loaded, .write = set_write};

static struct set *set_of(const struct loop_batch *batch)
{
    return loop_state(batch, &REMINDER_PART);
}

static struct uuid key_of(const struct loop_message *message, const struct reminder_ask *ask)
{
    const void *parts[] = {message->actor.bytes, ask->organization.bytes, &ask->month, ask->named};
    const size_t bytes[] = {sizeof message->actor.bytes, sizeof ask->organization.bytes, sizeof ask->month,
                            ask->n_named * sizeof *ask->named};
    return uuid_hash(ARRAY_LENGTH(parts), parts, bytes);
}

void reminder_set_want(const struct loop_message *message, const struct reminder_ask *ask)
{
    struct set *set = set_of(message->batch);
    const struct uuid key = key_of(message, ask);
    struct wanted *wanted = UUID_MAP_MAKE(set->wanted, &message->id, struct wanted);
    struct shared *shared = uuid_map_get(set->shared, &key);
    if (!shared) {
        shared = UUID_MAP_MAKE(set->shared, &key, struct shared);
        shared->ask = *ask;
        shared->actor = (struct reminder_actor){message->actor, message->now_us, message->now_us};
    }
    if (message->now_us < shared->actor.from_us)
        shared->actor.from_us = message->now_us;
    if (message->now_us > shared->actor.to_us)
        shared->actor.to_us = message->now_us;
    wanted->ask = *ask;
    wanted->shared = shared;
}

static void mark_sent(TALLOC_CTX *ctx, const struct reminder *sent, struct reminder_branches *branches)
{
    struct uuid_map *reminded = uuid_map_new(ctx);
    for (size_t i = 0; i < sent->n_branches; i++)
        uuid_map_name(reminded, &sent->branches[i]);
    for (size_t i = 0; i < branches->n; i++)
        if (uuid_map_has(reminded, &branches->items[i].id))
            branches->items[i].reminded_at_us = sent->at_us;
}

struct reminder_branches reminder_set_find(const struct loop_message *message)
{
    const struct set *set = set_of(message->batch);
    const struct wanted *wanted = uuid_map_get(set->wanted, &message->id);
    const struct shared *shared = wanted->shared;
    struct reminder_branches branches = {&wanted->ask, mem_array(message->ctx, struct reminder_branch, shared->n),
                                         shared->n};
    if (shared->n > 0)
        memcpy(branches.items, shared->branches, shared->n * sizeof *shared->branches);
    reminder_store_mark(message->ctx, wanted->recent, branches.items, branches.n);
    for (size_t i = 0; i < set->sent.n; i++)
        if (set->sent.items[i].n_branches > 0 && set->sent.items[i].month == wanted->ask.month &&
            set->sent.items[i].kind == wanted->ask.kind)
            mark_sent(message->ctx, &set->sent.items[i], &branches);
    return branches;
}

void reminder_set_keep(const struct loop_message *message, const struct reminder *reminder)
{
    struct set *set = set_of(message->batch);
    struct reminder kept = *reminder;
    kept.answer = mem_bytes(set->ctx, reminder->answer.data, reminder->answer.len);
    kept.branches = mem_copy(set->ctx, reminder->branches, reminder->n_branches * sizeof *reminder->branches);
    array_add(set->ctx, &set->sent, kept);
}
