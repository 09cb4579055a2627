#include "services/meeting/document/document_events.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/directory/audience.h"
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

/* Whom of whole organisations it is published to. */
static enum err read_addressed(const struct loop_message *message, const Pb__DocumentFacts *facts,
                               struct document_row *document)
{
    struct audience audience;
    if (audience_from_pb(message->ctx, facts->audience, &audience))
        return ERR_MALFORMED;
    bool is_out = facts->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED &&
                  facts->classification != PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED;
    if (!is_out || !audience_asks_no_role(&audience))
        return ERR_OK;
    document->addressed = audience.organizations;
    document->n_addressed = audience.n_organizations;
    document->subtree = audience.subtree;
    return ERR_OK;
}

/* `published_at_us`: what the event says beside its facts; 0: nothing. */
static enum err keep_document(const struct loop_message *message, const Pb__DocumentFacts *facts,
                              int64_t published_at_us)
{
    struct projection *projection = loop_state(message->batch, &DOCUMENT_EVENTS_PART);
    struct document_row document = {
        .id = message->aggregate,
        .version = facts->version,
        .begins_at_us = message->appended_at_us,
        .state = (int32_t)facts->state,
        .classification = (int32_t)facts->classification,
        .has_kind = facts->has_kind,
        .kind = (int32_t)facts->kind,
        .published_at_us = facts->has_published_at_us ? facts->published_at_us : published_at_us,
        .title = facts->title ? facts->title : "", /* restricted: only its id travels */
        .audience = mem_pack(message->ctx, &facts->audience->base),
    };
    if (uuid_from_pb(facts->organization_id, &document.organization) ||
        (facts->has_author_id && uuid_from_pb(facts->author_id, &document.author)))
        return ERR_MALFORMED;
    enum err err = read_addressed(message, facts, &document);
    if (err)
        return err;
    array_add(projection->ctx, &projection->documents, document);
    return ERR_OK;
}

static enum err apply_published(const struct loop_message *message)
{
    const Pb__DocumentPublished *event = (const Pb__DocumentPublished *)message->body;
    return keep_document(message, event->document, event->published_at_us);
}

static enum err apply_changed(const struct loop_message *message)
{
    return keep_document(message, ((const Pb__DocumentChanged *)message->body)->document, 0);
}

static enum err apply_withdrawn(const struct loop_message *message)
{
    return keep_document(message, ((const Pb__DocumentWithdrawn *)message->body)->document, 0);
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
