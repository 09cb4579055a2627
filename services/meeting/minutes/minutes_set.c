#include "services/meeting/minutes/minutes_set.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/meeting/minutes/minutes_store.h"

struct place {
    struct minutes is;
    bool is_changed; /* to be written */
};

struct set {
    TALLOC_CTX *ctx;
    struct uuid_map *places; /* struct place, by meeting */
    struct pg_result *rows;
};

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->ctx = loop_ctx(batch);
    set->places = uuid_map_new(set->ctx);
    return set;
}

static void set_load(void *state, struct pg *pg)
{
    struct set *set = state;
    set->rows = minutes_store_lock(set->ctx, pg, set->places);
}

static enum err set_loaded(void *state)
{
    struct set *set = state;
    for (size_t row = 0; row < pg_rows(set->rows); row++) {
        struct place *place = mem_new(set->ctx, struct place);
        enum err err = minutes_store_read(set->ctx, set->rows, row, &place->is);
        if (err)
            return err;
        uuid_map_put(set->places, &place->is.meeting, place);
    }
    return ERR_OK;
}

static void set_write(void *state, struct pg *pg)
{
    struct set *set = state;
    struct pg_args *rows = minutes_store_rows(set->ctx);
    for (size_t i = 0; i < uuid_map_size(set->places); i++) {
        const struct place *place = uuid_map_value(set->places, i);
        if (place && place->is_changed)
            minutes_store_add(rows, &place->is);
    }
    pg_queue(pg, rows);
}

const struct loop_part MINUTES_PART = {
    .name = "minutes", .new = set_new, .load = set_load, .loaded = set_loaded, .write = set_write};

static struct set *set_of(const struct loop_batch *batch)
{
    return loop_state(batch, &MINUTES_PART);
}

void minutes_set_want(const struct loop_batch *batch, const struct uuid *meeting)
{
    uuid_map_name(set_of(batch)->places, meeting);
}

const struct minutes *minutes_set_find(const struct loop_batch *batch, const struct uuid *meeting)
{
    static const struct minutes NONE;
    const struct place *place = uuid_map_get(set_of(batch)->places, meeting);
    return place ? &place->is : &NONE;
}

void minutes_set_keep(const struct loop_batch *batch, const struct minutes *minutes)
{
    struct place *place = UUID_MAP_MAKE(set_of(batch)->places, &minutes->meeting, struct place);
    place->is = *minutes;
    place->is_changed = true;
}
