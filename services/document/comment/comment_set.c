#include "services/document/comment/comment_set.h"

static void *set_new(struct loop_batch *batch)
{
    return comment_store_rows(loop_ctx(batch));
}

static void set_write(void *state, struct pg *pg)
{
    pg_queue(pg, state);
}

const struct loop_part COMMENT_PART = {.name = "comment", .new = set_new, .write = set_write};

void comment_set_keep(const struct loop_batch *batch, const struct comment *comment)
{
    comment_store_add(loop_state(batch, &COMMENT_PART), comment);
}
