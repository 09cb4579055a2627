#include "services/meeting/events.h"

#include "common/base/mem.h"
#include "services/meeting/store.h"

struct projection {
    TALLOC_CTX *ctx;
    struct uuid_map *documents; /* struct store_document: the newest of the batch */
    struct pg_result *naming;   /* document, meeting whose agenda names it */
};

static void *projection_new(struct loop_batch *batch)
{
    struct projection *projection = mem_new(loop_ctx(batch), struct projection);
    projection->ctx = loop_ctx(batch);
    projection->documents = uuid_map_new(projection->ctx);
    return projection;
}

static void projection_load(void *work, struct pg *pg)
{
    struct projection *projection = work;
    if (uuid_map_size(projection->documents) > 0)
        projection->naming = store_queue_naming(projection->ctx, pg, projection->documents);
}

static void projection_write(void *work, struct pg *pg)
{
    struct projection *projection = work;
    store_queue_documents(projection->ctx, pg, projection->documents);
}

/* --- documents ---------------------------------------------------------------------------------------------------- */

static enum err needs_document(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &MEETING_PROJECTION_PART);
    struct projection *projection = work;
    uuid_map_name(projection->documents, &message->aggregate);
    return ERR_OK;
}

/* Meetings that show the document's title are stale. */
static void tag_meetings(const struct projection *projection, const struct loop_message *message)
{
    for (size_t row = 0; row < pg_rows(projection->naming); row++) {
        struct uuid document = pg_get_uuid(projection->naming, row, 0);
        struct uuid meeting = pg_get_uuid(projection->naming, row, 1);
        if (uuid_equal(&document, &message->aggregate))
            loop_tag(message->batch, TAG_MEETING, &meeting);
    }
}

static enum err keep_document(struct projection *projection, const struct loop_message *message,
                              const Pb__DocumentFacts *facts)
{
    const struct store_document *known = uuid_map_get(projection->documents, &message->aggregate);
    if (known && known->version >= facts->version)
        return ERR_OK;
    struct store_document *document = mem_new(message->ctx, struct store_document);
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
    tag_meetings(projection, message);
    return ERR_OK;
}

static enum err apply_published(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &MEETING_PROJECTION_PART);
    return keep_document(work, message, ((const Pb__DocumentPublished *)message->body)->document);
}

static enum err apply_changed(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &MEETING_PROJECTION_PART);
    return keep_document(work, message, ((const Pb__DocumentChanged *)message->body)->document);
}

static enum err apply_withdrawn(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &MEETING_PROJECTION_PART);
    return keep_document(work, message, ((const Pb__DocumentWithdrawn *)message->body)->document);
}

static const struct loop_handler DOCUMENTS[] = {
    {&pb__document_published__descriptor, needs_document, apply_published},
    {&pb__document_changed__descriptor, needs_document, apply_changed},
    {&pb__document_withdrawn__descriptor, needs_document, apply_withdrawn},
};

static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DOCUMENT_EVENTS, DOCUMENTS)};

const struct loop_part MEETING_PROJECTION_PART = {
    .name = "documents",
    .handlers = HANDLERS,
    .n_handlers = sizeof HANDLERS / sizeof *HANDLERS,
    .new = projection_new,
    .load = projection_load,
    .write = projection_write,
};
