#include "services/meeting/told/told_set.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/meeting/told/told_store.h"

struct place {
    struct named_told is;
    bool is_changed; /* to be written */
};

struct set {
    TALLOC_CTX *ctx;
    struct uuid_map *places; /* struct place, by one id for the pair */
    struct pg_args *wanted;
    struct pg_result *rows;
};

static struct place *place_of(struct set *set, const struct uuid *meeting, const struct uuid *member)
{
    const void *parts[] = {meeting->bytes, member->bytes};
    const size_t bytes[] = {sizeof meeting->bytes, sizeof member->bytes};
    struct uuid key = uuid_hash(2, parts, bytes);
    return UUID_MAP_MAKE(set->places, &key, struct place);
}

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->ctx = loop_ctx(batch);
    set->places = uuid_map_new(set->ctx);
    set->wanted = told_store_pairs(set->ctx);
    return set;
}

static void set_load(void *state, struct pg *pg)
{
    struct set *set = state;
    set->rows = pg_queue(pg, set->wanted);
}

static enum err set_loaded(void *state)
{
    struct set *set = state;
    for (size_t row = 0; row < pg_rows(set->rows); row++) {
        struct named_told told;
        told_store_read(set->ctx, set->rows, row, &told);
        place_of(set, &told.is.meeting, &told.is.member)->is = told;
    }
    return ERR_OK;
}

static void set_write(void *state, struct pg *pg)
{
    struct set *set = state;
    struct pg_args *rows = told_store_rows(set->ctx);
    for (size_t i = 0; i < uuid_map_size(set->places); i++) {
        const struct place *place = uuid_map_value(set->places, i);
        if (place->is_changed)
            told_store_add(rows, &place->is.is);
    }
    pg_queue(pg, rows);
}

const struct loop_part TOLD_PART = {
    .name = "told", .new = set_new, .load = set_load, .loaded = set_loaded, .write = set_write};

static struct set *set_of(const struct loop_batch *batch)
{
    return loop_state(batch, &TOLD_PART);
}

void told_set_want(const struct loop_batch *batch, const struct uuid *meeting, const struct uuid *member)
{
    told_store_add_pair(set_of(batch)->wanted, meeting, member);
}

const struct named_told *told_set_find(const struct loop_batch *batch, const struct uuid *meeting,
                                       const struct uuid *member)
{
    return &place_of(set_of(batch), meeting, member)->is;
}

void told_set_keep(const struct loop_batch *batch, const struct named_told *told)
{
    struct place *place = place_of(set_of(batch), &told->is.meeting, &told->is.member);
    place->is = *told;
    place->is_changed = true;
}
