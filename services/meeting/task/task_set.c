#include "services/meeting/task/task_set.h"

#include "services/meeting/task/task_store.h"

static void *set_new(struct loop_batch *batch)
{
    return prepared_set_new(batch, &TASK_KIND);
}

const struct loop_part TASK_PART = {.name = "task",
                                    .new = set_new,
                                    .load = prepared_set_load,
                                    .loaded = prepared_set_loaded,
                                    .write = prepared_set_write};
