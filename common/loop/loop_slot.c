#include "common/loop/loop_slot.h"

#include "common/base/mem.h"

struct loop_batch *loop_batch_new(TALLOC_CTX *ctx, const struct loop_part *const parts[], size_t n_parts, size_t room)
{
    struct loop_batch *batch = mem_new(ctx, struct loop_batch);
    batch->ctx = ctx;
    batch->by_id = uuid_map_new(ctx);
    batch->slots = mem_array(ctx, struct loop_slot, room);
    batch->states = loop_states_new(ctx, batch, parts, n_parts);
    return batch;
}

char **loop_batch_tags(const struct loop_batch *batch, size_t *ret_n)
{
    ARRAY(char *) texts = {0};
    for (size_t tag = 0; tag < TAG_COUNT; tag++)
        for (size_t i = 0; batch->tags[tag] && i < uuid_map_size(batch->tags[tag]); i++) {
            char *text = mem_array(batch->ctx, char, TAG_TEXT_BYTES);
            const struct uuid *id = &uuid_map_ids(batch->tags[tag])[i];
            tag_format((enum tag)tag, tag_has_key((enum tag)tag) ? id : NULL, text);
            array_add(batch->ctx, &texts, text);
        }
    *ret_n = texts.n;
    return texts.items;
}

struct loop_slot *loop_slot_of(const struct loop_message *message)
{
    return (struct loop_slot *)(uintptr_t)message; /* `message` is the slot's first member; handlers hold it const */
}

/* --- what parts see of it (loop.h) -------------------------------------------------------------------------------- */

void *loop_state(const struct loop_batch *batch, const struct loop_part *part)
{
    return loop_states_get(batch->states, part);
}

TALLOC_CTX *loop_ctx(const struct loop_batch *batch)
{
    return batch->ctx;
}
