#include "parts_fixture.h"

#include "common/base/mem.h"

void parts_load(struct pg *pg, struct loop_batch *batch)
{
    pg_queue_sql(pg, "BEGIN");
    loop_states_load(batch->states, pg);
    must_flush(pg);
    assert_int_equal(loop_states_loaded(batch->states), ERR_OK);
}

enum err parts_write(struct pg *pg, struct loop_batch *batch)
{
    loop_states_write(batch->states, pg);
    pg_queue_sql(pg, "COMMIT");
    return pg_flush(pg);
}

/* The handlers of each message, after what they want was named. */
struct heard {
    const struct loop_handler *handlers[LOOP_HANDLERS_LIMIT];
    size_t n;
};

static void want(const struct loop_part *const parts[], size_t n_parts, const struct loop_message *message,
                 struct heard *ret_heard)
{
    ret_heard->n = loop_find_handlers(parts, n_parts, message->topic, message->body->descriptor->short_name,
                                      ret_heard->handlers);
    assert_true(ret_heard->n > 0);
    assert_int_equal(loop_want(ret_heard->handlers, ret_heard->n, message), ERR_OK);
}

struct loop_batch *parts_hear(struct fixture *f, const struct loop_part *const parts[], size_t n_parts,
                              struct loop_message messages[], size_t n)
{
    struct loop_batch *batch = loop_batch_new(f->ctx, parts, n_parts, 0);
    struct heard *heard = mem_array(f->ctx, struct heard, n);
    for (size_t i = 0; i < n; i++) {
        messages[i].ctx = f->ctx;
        messages[i].batch = batch;
        want(parts, n_parts, &messages[i], &heard[i]);
    }
    parts_load(f->pg, batch);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(loop_apply(heard[i].handlers, heard[i].n, &messages[i]), ERR_OK);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    return batch;
}
