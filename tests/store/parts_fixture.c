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

static void want(const struct loop_part *const parts[], size_t n_parts, struct loop_slot *slot)
{
    slot->n_handlers = loop_find_handlers(parts, n_parts, slot->message.topic,
                                          slot->message.body->descriptor->short_name, slot->handlers);
    assert_true(slot->n_handlers > 0);
    assert_int_equal(loop_want(slot->handlers, slot->n_handlers, &slot->message), ERR_OK);
}

struct loop_batch *parts_hear(struct fixture *f, const struct loop_part *const parts[], size_t n_parts,
                              struct loop_message messages[], size_t n)
{
    static const struct kafka_record NOWHERE;
    struct loop_batch *batch = loop_batch_new(f->ctx, parts, n_parts, n);
    for (size_t i = 0; i < n; i++) {
        messages[i].ctx = f->ctx;
        messages[i].batch = batch;
        batch->slots[i] = (struct loop_slot){.message = messages[i], .record = &NOWHERE};
        want(parts, n_parts, &batch->slots[i]);
    }
    parts_load(f->pg, batch);
    for (size_t i = 0; i < n; i++) {
        const struct loop_slot *slot = &batch->slots[i];
        assert_int_equal(loop_apply(slot->handlers, slot->n_handlers, &slot->message), ERR_OK);
    }
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    return batch;
}
