#include "services/meeting/reminder/reminder_set.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"

/* Of one message. */
struct wanted {
    struct reminder_ask ask;
    struct uuid actor;
    struct pg_result *rows, *recent;
    struct reminder_branch *branches;
};

struct set {
    TALLOC_CTX *ctx;
    struct uuid_map *wanted;   /* struct wanted, by message */
    struct uuid_map *reminded; /* struct reminded: by this batch, by one id for branch, month and kind */
    struct pg_args *sent;
};

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->ctx = loop_ctx(batch);
    set->wanted = uuid_map_new(set->ctx);
    set->reminded = uuid_map_new(set->ctx);
    set->sent = reminder_store_rows(set->ctx);
    return set;
}

static void set_load(void *state, struct pg *pg)
{
    struct set *set = state;
    if (uuid_map_size(set->wanted) > 0)
        reminder_store_lock(set->ctx, pg);
    for (size_t i = 0; i < uuid_map_size(set->wanted); i++) {
        struct wanted *wanted = uuid_map_value(set->wanted, i);
        wanted->rows = reminder_store_branches(set->ctx, pg, &wanted->ask, &wanted->actor);
        wanted->recent = reminder_store_recent(set->ctx, pg, &wanted->ask);
    }
}

static enum err set_loaded(void *state)
{
    struct set *set = state;
    for (size_t i = 0; i < uuid_map_size(set->wanted); i++) {
        struct wanted *wanted = uuid_map_value(set->wanted, i);
        wanted->branches = reminder_store_read(set->ctx, wanted->rows, wanted->recent);
    }
    return ERR_OK;
}

static void set_write(void *state, struct pg *pg)
{
    struct set *set = state;
    struct pg_args *rows = reminder_store_reminded(set->ctx);
    for (size_t i = 0; i < uuid_map_size(set->reminded); i++)
        reminder_store_add_reminded(rows, uuid_map_value(set->reminded, i));
    pg_queue(pg, set->sent);
    pg_queue(pg, rows);
}

const struct loop_part REMINDER_PART = {
    .name = "reminder", .new = set_new, .load = set_load, .loaded = set_loaded, .write = set_write};

static struct set *set_of(const struct loop_batch *batch)
{
    return loop_state(batch, &REMINDER_PART);
}

void reminder_set_want(const struct loop_message *message, const struct reminder_ask *ask)
{
    struct wanted *wanted = UUID_MAP_MAKE(set_of(message->batch)->wanted, &message->id, struct wanted);
    wanted->ask = *ask;
    wanted->actor = message->actor;
}

static struct uuid key_of(const struct uuid *branch, const struct reminder_ask *ask)
{
    const void *parts[] = {branch->bytes, &ask->month, &ask->kind};
    const size_t bytes[] = {sizeof branch->bytes, sizeof ask->month, sizeof ask->kind};
    return uuid_hash(3, parts, bytes);
}

struct reminder_branches reminder_set_find(const struct loop_message *message)
{
    const struct set *set = set_of(message->batch);
    const struct wanted *wanted = uuid_map_get(set->wanted, &message->id);
    struct reminder_branches branches = {&wanted->ask, wanted->branches, pg_rows(wanted->rows)};
    for (size_t i = 0; i < branches.n && uuid_map_size(set->reminded) > 0; i++) {
        struct uuid key = key_of(&branches.items[i].id, &wanted->ask);
        const struct reminded *reminded = uuid_map_get(set->reminded, &key);
        if (reminded)
            branches.items[i].reminded_at_us = reminded->at_us;
    }
    return branches;
}

void reminder_set_keep(const struct loop_message *message, const struct reminder *reminder,
                       const struct reminder_choice *choice)
{
    struct set *set = set_of(message->batch);
    const struct wanted *wanted = uuid_map_get(set->wanted, &message->id);
    reminder_store_add(set->sent, reminder);
    for (size_t i = 0; i < choice->n_branches; i++) {
        struct uuid key = key_of(&choice->branches[i], &wanted->ask);
        *UUID_MAP_MAKE(set->reminded, &key, struct reminded) = (struct reminded){.branch = choice->branches[i],
                                                                                 .reminder = reminder->id,
                                                                                 .month = wanted->ask.month,
                                                                                 .kind = wanted->ask.kind,
                                                                                 .at_us = wanted->ask.now_us};
    }
}
