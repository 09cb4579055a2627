#include "common/loop/loop_outcome.h"

#include "common/base/mem.h"
#include "common/loop/loop_store.h"

static Pb__Outcome *outcome_new(struct loop_slot *slot, int64_t settled_at_us)
{
    TALLOC_CTX *ctx = slot->message.ctx;
    Pb__Outcome *outcome = mem_new(ctx, Pb__Outcome);
    pb__outcome__init(outcome);
    outcome->message_id = slot->envelope->message_id;
    outcome->kind = slot->envelope->kind;
    outcome->aggregate_id = slot->envelope->aggregate_id;
    outcome->has_body_hash = slot->envelope->has_body_hash;
    outcome->body_hash = slot->envelope->body_hash;
    outcome->created_at_us = slot->record->append_time_us;
    outcome->settled_at_us = settled_at_us;
    if (slot->message.has_actor) {
        outcome->has_actor_id = true;
        outcome->actor_id = slot->envelope->actor->member_id;
    }
    return outcome;
}

static void set_result(TALLOC_CTX *ctx, Pb__Outcome *outcome, const char *code, const struct uuid *resource_id,
                       uint64_t version)
{
    outcome->code = (char *)(uintptr_t)code;
    outcome->has_version = version > 0;
    outcome->version = version;
    if (!uuid_is_zero(resource_id)) {
        outcome->has_resource_id = true;
        outcome->resource_id = uuid_to_pb(ctx, resource_id);
    }
}

const char *loop_rejection(const struct loop_slot *slot)
{
    return slot->dead ? err_word(ERR_DEAD_LETTER) : slot->err ? err_word(slot->err) : NULL;
}

Pb__Outcome *loop_outcome(struct loop_slot *slot, int64_t now_us)
{
    Pb__Outcome *outcome = outcome_new(slot, now_us);
    set_result(slot->message.ctx, outcome, loop_rejection(slot), &slot->resource_id, slot->version);
    outcome->n_fields = slot->fields.n;
    outcome->fields = slot->fields.items;
    outcome->has_resource = slot->resource.len > 0;
    outcome->resource = slot->resource;
    return outcome;
}

Pb__Outcome *loop_outcome_repeated(struct loop_slot *slot, int64_t now_us)
{
    Pb__Outcome *outcome = outcome_new(slot, now_us);
    TALLOC_CTX *ctx = slot->message.ctx;
    outcome->has_replayed = outcome->replayed = true;
    if (slot->reused) {
        set_result(ctx, outcome, err_word(ERR_IDEMPOTENCY_KEY_REUSED), &(struct uuid){0}, 0);
    } else if (slot->first) {
        set_result(ctx, outcome, loop_rejection(slot->first), &slot->first->resource_id, slot->first->version);
        outcome->n_fields = slot->first->fields.n;
        outcome->fields = slot->first->fields.items;
    } else {
        set_result(ctx, outcome, slot->earlier->code, &slot->earlier->resource_id, slot->earlier->version);
        Pb__Outcome *kept = (Pb__Outcome *)mem_unpack(ctx, &pb__outcome__descriptor, slot->earlier->fields.data,
                                                      slot->earlier->fields.len);
        outcome->n_fields = kept ? kept->n_fields : 0;
        outcome->fields = kept ? kept->fields : NULL;
    }
    return outcome;
}

/* The durable form of field errors: a packed Outcome with nothing else in it. */
static ProtobufCBinaryData pack_fields(struct loop_slot *slot)
{
    if (slot->fields.n == 0)
        return (ProtobufCBinaryData){0};
    Pb__Outcome *only = outcome_new(slot, 0);
    only->has_body_hash = false; /* it has a column */
    only->n_fields = slot->fields.n;
    only->fields = slot->fields.items;
    return mem_pack(slot->message.ctx, &only->base);
}

void loop_outcome_keep(struct pg_args *args, struct loop_slot *slot, int64_t now_us)
{
    struct loop_processed processed = {
        .message_id = slot->message.id,
        .kind = slot->envelope->kind,
        .aggregate_id = slot->message.aggregate,
        .resource_id = slot->resource_id,
        .actor_id = slot->message.actor,
        .body_hash = slot->envelope->has_body_hash ? slot->envelope->body_hash : (ProtobufCBinaryData){0},
        .fields = pack_fields(slot),
        .code = loop_rejection(slot),
        .version = slot->version,
        .created_at_us = slot->record->append_time_us,
        .settled_at_us = now_us,
        .after_events = slot->after_events,
    };
    loop_store_add_processed(args, &processed);
}
