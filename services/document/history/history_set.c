#include "services/document/history/history_set.h"

#include "common/base/mem.h"

struct set {
    TALLOC_CTX *ctx;
    struct pg_args *rows;
};

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    *set = (struct set){loop_ctx(batch), history_store_rows(loop_ctx(batch))};
    return set;
}

static void set_write(void *state, struct pg *pg)
{
    struct set *set = state;
    pg_queue(pg, set->rows);
}

const struct loop_part HISTORY_PART = {.name = "history", .new = set_new, .write = set_write};

void history_set_keep(const struct loop_batch *batch, const struct history_entry *entry)
{
    struct set *set = loop_state(batch, &HISTORY_PART);
    history_store_add(set->ctx, set->rows, entry);
}
