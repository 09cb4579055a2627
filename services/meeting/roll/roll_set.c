#include "services/meeting/roll/roll_set.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/roll/roll_store.h"
#include <string.h>

struct place {
    struct roll is;
    bool *is_changed; /* of each person: to be written */
};

struct set {
    struct loop_batch *batch;
    TALLOC_CTX *ctx;
    struct uuid_map *places; /* struct place */
    struct pg_result *rows, *key_rows;
    bool wants_key;
    struct check_in_key key;
};

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->batch = batch;
    set->ctx = loop_ctx(batch);
    set->places = uuid_map_new(set->ctx);
    return set;
}

static void set_load(void *state, struct pg *pg)
{
    struct set *set = state;
    struct pg_args *wanted = roll_store_wanted(set->ctx);
    for (size_t i = 0; i < uuid_map_size(set->places); i++) {
        const struct uuid *meeting = &uuid_map_ids(set->places)[i];
        roll_store_want(wanted, meeting, meeting_set_new_of(set->batch, meeting));
    }
    set->rows = pg_queue(pg, wanted);
    if (set->wants_key)
        set->key_rows = roll_store_queue_key(set->ctx, pg);
}

static enum err set_loaded(void *state)
{
    struct set *set = state;
    for (size_t row = 0, n; row < pg_rows(set->rows); row += n) {
        struct uuid meeting;
        struct roll roll = roll_store_read(set->ctx, set->rows, row, &meeting);
        struct place *place = UUID_MAP_MAKE(set->places, &meeting, struct place);
        n = roll.n;
        *place = (struct place){.is = roll, .is_changed = mem_array(set->ctx, bool, n)};
    }
    if (set->wants_key)
        roll_store_read_key(set->key_rows, &set->key);
    return ERR_OK;
}

static void set_write(void *state, struct pg *pg)
{
    struct set *set = state;
    struct pg_args *rows = roll_store_rows(set->ctx);
    for (size_t i = 0; i < uuid_map_size(set->places); i++) {
        const struct place *place = uuid_map_value(set->places, i);
        for (size_t j = 0; place && j < place->is.n; j++)
            if (place->is_changed[j])
                roll_store_add(rows, &uuid_map_ids(set->places)[i], &place->is.people[j]);
    }
    pg_queue(pg, rows);
}

const struct loop_part ROLL_PART = {
    .name = "roll", .new = set_new, .load = set_load, .loaded = set_loaded, .write = set_write};

static struct set *set_of(const struct loop_batch *batch)
{
    return loop_state(batch, &ROLL_PART);
}

void roll_set_want(const struct loop_batch *batch, const struct uuid *meeting)
{
    uuid_map_name(set_of(batch)->places, meeting);
}

void roll_set_want_key(const struct loop_batch *batch)
{
    set_of(batch)->wants_key = true;
}

const struct check_in_key *roll_set_key(const struct loop_batch *batch)
{
    return &set_of(batch)->key;
}

const struct roll *roll_set_find(const struct loop_batch *batch, const struct uuid *meeting)
{
    return &UUID_MAP_MAKE(set_of(batch)->places, meeting, struct place)->is;
}

static bool is_same_text(const char *one, const char *other)
{
    return one == other || (one && other && strcmp(one, other) == 0);
}

static bool is_same(const struct roll_person *old, const struct roll_person *next)
{
    return old->is_frozen == next->is_frozen && old->frozen == next->frozen &&
           old->mark.has_state == next->mark.has_state && old->mark.state == next->mark.state &&
           old->mark.how == next->mark.how && is_same_text(old->mark.reason, next->mark.reason);
}

bool roll_set_keep(const struct loop_batch *batch, const struct uuid *meeting, const struct roll *next)
{
    struct place *place = UUID_MAP_MAKE(set_of(batch)->places, meeting, struct place);
    bool is_new = false;
    for (size_t i = 0; i < next->n; i++) {
        bool differs = !is_same(&place->is.people[i], &next->people[i]);
        place->is_changed[i] |= differs;
        is_new |= differs;
    }
    place->is = *next;
    return is_new;
}
