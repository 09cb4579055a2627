#include "common/service/service_outcomes.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "common/loop/loop_store.h"
#include "common/loop/loop_store_positions.h"
#include "common/service/service_internal.h"
#include <string.h>

static Pb__Outcome *outcome_of(TALLOC_CTX *ctx, const struct loop_processed *processed)
{
    Pb__Outcome *outcome = NULL;
    if (processed->fields.len > 0) /* an Outcome that holds the field errors */
        outcome = (Pb__Outcome *)mem_unpack(ctx, &pb__outcome__descriptor, processed->fields.data,
                                            processed->fields.len);
    if (!outcome) {
        outcome = mem_new(ctx, Pb__Outcome);
        pb__outcome__init(outcome);
    }
    outcome->message_id = uuid_to_pb(ctx, &processed->message_id);
    outcome->kind = mem_text(ctx, processed->kind);
    outcome->aggregate_id = uuid_to_pb(ctx, &processed->aggregate_id);
    outcome->code = mem_text(ctx, processed->code);
    outcome->has_resource_id = !uuid_is_zero(&processed->resource_id);
    outcome->resource_id = uuid_to_pb(ctx, &processed->resource_id);
    outcome->has_version = processed->version > 0;
    outcome->version = processed->version;
    outcome->has_actor_id = !uuid_is_zero(&processed->actor_id);
    outcome->actor_id = uuid_to_pb(ctx, &processed->actor_id);
    outcome->created_at_us = processed->created_at_us;
    outcome->settled_at_us = processed->settled_at_us;
    return outcome;
}

/* What the loop answers to another body (loop_outcome_repeated), though it may not have come to that message yet. */
static void refuse_other_body(Pb__Outcome *outcome)
{
    outcome->code = (char *)(uintptr_t)err_word(ERR_IDEMPOTENCY_KEY_REUSED); /* packed, never written */
    outcome->n_fields = 0;
    outcome->has_resource_id = outcome->has_version = false;
}

static bool is_same_body(const Pb__GetOutcome *asked, const struct loop_processed *processed)
{
    size_t n = asked->has_body_hash ? asked->body_hash.len : 0;
    return n <= processed->body_hash.len &&
           (n == 0 || memcmp(asked->body_hash.data, processed->body_hash.data, n) == 0);
}

struct asked {
    struct uuid *ids; /* in the order of the question */
    struct loop_position_rows positions;
    struct uuid_map *processed; /* struct loop_processed, by message */
};

/* Not processed, and position at or below its offset: pending; and so is an outcome that waits for its events. */
static Pb__OutcomeReply *reply_to(struct query *q, const struct asked *asked, const Pb__GetOutcome *command,
                                  const struct uuid *id)
{
    Pb__OutcomeReply *reply = mem_new(q->ctx, Pb__OutcomeReply);
    const struct loop_processed *processed = uuid_map_get(asked->processed, id);
    pb__outcome_reply__init(reply);
    if (processed && processed->is_held)
        return reply;
    if (processed) {
        reply->outcome = outcome_of(q->ctx, processed);
        if (!is_same_body(command, processed))
            refuse_other_body(reply->outcome);
    }
    enum topic topic = service_command_topic(q->service);
    int64_t next = loop_position_rows_next(&asked->positions, (int32_t)topic, command->partition);
    reply->settled = processed || next > command->offset;
    return reply;
}

static struct uuid_map *by_message(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    struct uuid_map *map = uuid_map_new(ctx);
    for (size_t i = 0; i < pg_rows(rows); i++) {
        struct loop_processed *processed = mem_new(ctx, struct loop_processed);
        loop_store_read_processed(ctx, rows, i, processed);
        uuid_map_put(map, &processed->message_id, processed);
    }
    return map;
}

/* The positions are read before the rows: a later commit moves both. */
static enum err look_up(struct query *q, struct asked *asked, size_t n)
{
    enum err err = loop_store_positions(q->pg, q->ctx, q->service->cluster, &asked->positions);
    if (err)
        return err;
    struct pg_result *rows = loop_store_queue_processed(q->pg, q->ctx, asked->ids, n);
    err = pg_flush(q->pg);
    if (!err)
        asked->processed = by_message(q->ctx, rows);
    return err;
}

static enum err answer(struct query *q)
{
    const Pb__GetOutcomes *question = (const Pb__GetOutcomes *)q->body;
    size_t n = question->n_commands;
    struct asked asked = {.ids = mem_array(q->ctx, struct uuid, n)};
    for (size_t i = 0; i < n; i++)
        if (uuid_from_pb(question->commands[i]->message_id, &asked.ids[i]))
            return ERR_MALFORMED;
    if (!q->service->cluster)
        return ERR_UNAVAILABLE;
    enum err err = look_up(q, &asked, n);
    if (err)
        return err;
    Pb__OutcomeReplies *replies = mem_new(q->ctx, Pb__OutcomeReplies);
    pb__outcome_replies__init(replies);
    replies->items = mem_array(q->ctx, Pb__OutcomeReply *, n);
    for (size_t i = 0; i < n; i++)
        replies->items[replies->n_items++] = reply_to(q, &asked, question->commands[i], &asked.ids[i]);
    q->reply = &replies->base;
    return ERR_OK;
}

const struct query_handler service_outcomes = {.type = &pb__get_outcomes__descriptor, .answer = answer};
