#include "services/meeting/document/document_events.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/meeting/document/document_store.h"

struct projection {
    TALLOC_CTX *ctx;
    ARRAY(struct document_row) documents; /* in the order in which they were told */
};

static void *projection_new(struct loop_batch *batch)
{
    struct projection *projection = mem_new(loop_ctx(batch), struct projection);
    projection->ctx = loop_ctx(batch);
    return projection;
}

static void projection_write(void *state, struct pg *pg)
{
    struct projection *projection = state;
    document_store_write(projection->ctx, pg, projection->documents.items, projection->documents.n);
}

static enum err keep_document(const struct loop_message *message, const Pb__DocumentFacts *facts)
{
    struct projection *projection = loop_state(message->batch, &DOCUMENT_EVENTS_PART);
    struct document_row document = {
        .id = message->aggregate,
        .version = facts->version,
        .begins_at_us = message->appended_at_us,
        .state = (int32_t)facts->state,
        .classification = (int32_t)facts->classification,
        .title = facts->title ? facts->title : "", /* restricted: only its id travels */
        .audience = mem_pack(message->ctx, &facts->audience->base),
    };
    if (uuid_from_pb(facts->organization_id, &document.organization) ||
        (facts->has_author_id && uuid_from_pb(facts->author_id, &document.author)))
        return ERR_MALFORMED;
    array_add(projection->ctx, &projection->documents, document);
    return ERR_OK;
}

static enum err apply_published(const struct loop_message *message)
{
    return keep_document(message, ((const Pb__DocumentPublished *)message->body)->document);
}

static enum err apply_changed(const struct loop_message *message)
{
    return keep_document(message, ((const Pb__DocumentChanged *)message->body)->document);
}

static enum err apply_withdrawn(const struct loop_message *message)
{
    return keep_document(message, ((const Pb__DocumentWithdrawn *)message->body)->document);
}

static const struct loop_handler DOCUMENTS[] = {
    {&pb__document_published__descriptor, NULL, apply_published},
    {&pb__document_changed__descriptor, NULL, apply_changed},
    {&pb__document_withdrawn__descriptor, NULL, apply_withdrawn},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DOCUMENT_EVENTS, DOCUMENTS)};

const struct loop_part DOCUMENT_EVENTS_PART = {
    .name = "documents",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = projection_new,
    .write = projection_write,
};
