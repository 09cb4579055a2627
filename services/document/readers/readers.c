#include "services/document/readers/readers.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"

struct readers {
    TALLOC_CTX *ctx;
    struct pg_args *asked;
    struct pg_result *rows;
    struct uuid_map *counts; /* int64_t, by message */
};

static void *readers_new(struct loop_batch *batch)
{
    struct readers *readers = mem_new(loop_ctx(batch), struct readers);
    readers->ctx = loop_ctx(batch);
    readers->asked = readers_store_count(readers->ctx);
    readers->counts = uuid_map_new(readers->ctx);
    return readers;
}

static struct readers *readers_of(const struct loop_batch *batch)
{
    return loop_state(batch, &READERS_PART);
}

void readers_want(const struct loop_batch *batch, const struct readers_asked *asked)
{
    struct readers *readers = readers_of(batch);
    readers_store_add(readers->ctx, readers->asked, asked);
}

static void readers_load(void *state, struct pg *pg)
{
    struct readers *readers = state;
    readers->rows = pg_queue(pg, readers->asked);
}

static enum err readers_loaded(void *state)
{
    struct readers *readers = state;
    for (size_t row = 0; row < pg_rows(readers->rows); row++) {
        struct uuid message = pg_get_uuid(readers->rows, row, 0);
        *UUID_MAP_MAKE(readers->counts, &message, int64_t) = pg_get_int8(readers->rows, row, 1);
    }
    return ERR_OK;
}

int64_t readers_counted(const struct loop_batch *batch, const struct uuid *message)
{
    const int64_t *n = uuid_map_get(readers_of(batch)->counts, message);
    return n ? *n : 0;
}

const struct loop_part READERS_PART = {
    .name = "readers",
    .new = readers_new,
    .load = readers_load,
    .loaded = readers_loaded,
};
