#include "services/meeting/template/template_set.h"

#include "services/meeting/template/template_store.h"

static void *set_new(struct loop_batch *batch)
{
    return prepared_set_new(batch, &TEMPLATE_KIND);
}

const struct loop_part TEMPLATE_PART = {.name = "template",
                                        .new = set_new,
                                        .load = prepared_set_load,
                                        .loaded = prepared_set_loaded,
                                        .write = prepared_set_write};
