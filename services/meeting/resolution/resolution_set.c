#include "services/meeting/resolution/resolution_set.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/meeting/resolution/resolution_store.h"

struct set {
    TALLOC_CTX *ctx;
    struct uuid_map *settled; /* struct uuid: the meeting, by document */
    struct pg_result *rows;
};

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->ctx = loop_ctx(batch);
    set->settled = uuid_map_new(set->ctx);
    return set;
}

static void set_load(void *state, struct pg *pg)
{
    struct set *set = state;
    set->rows = resolution_store_queue(set->ctx, pg, set->settled);
}

static void put(struct set *set, const struct uuid *document, const struct uuid *meeting)
{
    uuid_map_put(set->settled, document, mem_copy(set->ctx, meeting, sizeof *meeting));
}

static enum err set_loaded(void *state)
{
    struct set *set = state;
    for (size_t row = 0; row < pg_rows(set->rows); row++) {
        struct uuid document = pg_get_uuid(set->rows, row, 0), meeting = pg_get_uuid(set->rows, row, 1);
        put(set, &document, &meeting);
    }
    return ERR_OK;
}

const struct loop_part RESOLUTION_PART = {.name = "resolution", .new = set_new, .load = set_load, .loaded = set_loaded};

static struct set *set_of(const struct loop_batch *batch)
{
    return loop_state(batch, &RESOLUTION_PART);
}

void resolution_set_want(const struct loop_batch *batch, const struct uuid *document)
{
    uuid_map_name(set_of(batch)->settled, document);
}

const struct uuid *resolution_set_find(const struct loop_batch *batch, const struct uuid *document)
{
    return uuid_map_get(set_of(batch)->settled, document);
}

void resolution_set_keep(const struct loop_batch *batch, const struct uuid *document, const struct uuid *meeting,
                         const struct uuid *before)
{
    struct set *set = set_of(batch);
    if (!uuid_is_zero(before))
        uuid_map_put(set->settled, before, NULL);
    put(set, document, meeting);
}
