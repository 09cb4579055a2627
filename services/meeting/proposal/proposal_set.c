#include "services/meeting/proposal/proposal_set.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/meeting/proposal/proposal_store.h"

struct place {
    struct named_proposal is;
    bool is_changed; /* to be written */
};

struct set {
    TALLOC_CTX *ctx;
    struct uuid_map *places; /* struct place */
    struct uuid_map *open;   /* int32_t: how many open ones an author has in a meeting, by one id for the pair */
    struct pg_args *wanted_open;
    struct pg_result *rows, *open_rows;
};

static struct uuid pair_key(const struct uuid *meeting, const struct uuid *author)
{
    const void *parts[] = {meeting->bytes, author->bytes};
    const size_t bytes[] = {sizeof meeting->bytes, sizeof author->bytes};
    return uuid_hash(2, parts, bytes);
}

static int32_t *open_of(struct set *set, const struct uuid *meeting, const struct uuid *author)
{
    struct uuid key = pair_key(meeting, author);
    return UUID_MAP_MAKE(set->open, &key, int32_t);
}

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->ctx = loop_ctx(batch);
    set->places = uuid_map_new(set->ctx);
    set->open = uuid_map_new(set->ctx);
    set->wanted_open = proposal_store_open(set->ctx);
    return set;
}

static void set_load(void *state, struct pg *pg)
{
    struct set *set = state;
    set->rows = proposal_store_lock(set->ctx, pg, set->places);
    set->open_rows = pg_queue(pg, set->wanted_open);
}

static enum err set_loaded(void *state)
{
    struct set *set = state;
    for (size_t row = 0; row < pg_rows(set->rows); row++) {
        struct place *place = mem_new(set->ctx, struct place);
        proposal_store_read(set->ctx, set->rows, row, &place->is);
        uuid_map_put(set->places, &place->is.is.id, place);
    }
    for (size_t row = 0; row < pg_rows(set->open_rows); row++) {
        struct uuid meeting = pg_get_uuid(set->open_rows, row, 0), author = pg_get_uuid(set->open_rows, row, 1);
        *open_of(set, &meeting, &author) = (int32_t)pg_get_int8(set->open_rows, row, 2);
    }
    return ERR_OK;
}

static void set_write(void *state, struct pg *pg)
{
    struct set *set = state;
    struct pg_args *rows = proposal_store_rows(set->ctx);
    for (size_t i = 0; i < uuid_map_size(set->places); i++) {
        const struct place *place = uuid_map_value(set->places, i);
        if (place && place->is_changed)
            proposal_store_add(rows, &place->is.is);
    }
    pg_queue(pg, rows);
}

const struct loop_part PROPOSAL_PART = {
    .name = "proposal", .new = set_new, .load = set_load, .loaded = set_loaded, .write = set_write};

static struct set *set_of(const struct loop_batch *batch)
{
    return loop_state(batch, &PROPOSAL_PART);
}

void proposal_set_want(const struct loop_batch *batch, const struct uuid *id)
{
    uuid_map_name(set_of(batch)->places, id);
}

void proposal_set_want_open(const struct loop_batch *batch, const struct uuid *meeting, const struct uuid *author)
{
    proposal_store_add_author(set_of(batch)->wanted_open, meeting, author);
}

const struct named_proposal *proposal_set_find(const struct loop_batch *batch, const struct uuid *id)
{
    const struct place *place = uuid_map_get(set_of(batch)->places, id);
    return place ? &place->is : NULL;
}

int32_t proposal_set_open(const struct loop_batch *batch, const struct uuid *meeting, const struct uuid *author)
{
    return *open_of(set_of(batch), meeting, author);
}

static int32_t is_open(const struct proposal *proposal)
{
    return proposal->state == PB__PROPOSAL_STATE__PROPOSAL_STATE_OPEN;
}

void proposal_set_keep(const struct loop_batch *batch, const struct named_proposal *proposal)
{
    struct set *set = set_of(batch);
    const struct proposal *next = &proposal->is;
    const struct place *old = uuid_map_get(set->places, &next->id);
    *open_of(set, &next->meeting, &next->author) += is_open(next) - (old ? is_open(&old->is.is) : 0);
    struct place *place = UUID_MAP_MAKE(set->places, &next->id, struct place);
    place->is = *proposal;
    place->is_changed = true;
}
