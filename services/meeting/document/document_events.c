#include "services/meeting/document/document_events.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/meeting/document/document_store.h"

struct projection {
    TALLOC_CTX *ctx;
    struct uuid_map *documents; /* struct document_row: the newest of the batch */
};

static void *projection_new(struct loop_batch *batch)
{
    struct projection *projection = mem_new(loop_ctx(batch), struct projection);
    projection->ctx = loop_ctx(batch);
    projection->documents = uuid_map_new(projection->ctx);
    return projection;
}

static void projection_write(void *state, struct pg *pg)
{
    struct projection *projection = state;
    document_store_write(projection->ctx, pg, projection->documents);
}

static enum err keep_document(const struct loop_message *message, const Pb__DocumentFacts *facts)
{
    struct projection *projection = loop_state(message->batch, &DOCUMENT_EVENTS_PART);
    const struct document_row *known = uuid_map_get(projection->documents, &message->aggregate);
    if (known && known->version >= facts->version)
        return ERR_OK;
    struct document_row *document = mem_new(message->ctx, struct document_row);
    document->id = message->aggregate;
    document->version = facts->version;
    document->state = (int32_t)facts->state;
    document->classification = (int32_t)facts->classification;
    document->title = facts->title ? facts->title : ""; /* restricted: only its id travels */
    document->audience = mem_pack(message->ctx, &facts->audience->base);
    if (uuid_from_pb(facts->organization_id, &document->organization) ||
        (facts->has_author_id && uuid_from_pb(facts->author_id, &document->author)))
        return ERR_MALFORMED;
    uuid_map_put(projection->documents, &document->id, document);
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
