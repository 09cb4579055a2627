#include "services/directory/lookup.h"

static void *lookup_new(struct loop_batch *batch)
{
    return directory_set_new(loop_ctx(batch));
}

static void lookup_load(void *state, struct pg *pg)
{
    directory_set_load(state, pg);
}

static enum err lookup_loaded(void *state)
{
    return directory_set_loaded(state);
}

const struct loop_part DIRECTORY_LOOKUP_PART = {
    .name = "directory",
    .new = lookup_new,
    .load = lookup_load,
    .loaded = lookup_loaded,
};

struct directory_set *directory_lookup(const struct loop_batch *batch)
{
    return loop_state(batch, &DIRECTORY_LOOKUP_PART);
}
