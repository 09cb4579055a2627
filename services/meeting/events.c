#include "services/meeting/events.h"

#include "common/base/mem.h"
#include "services/meeting/store.h"

struct projection {
    struct directory_work directory; /* first: the directory's handlers find it here */
    struct uuid_map *documents;      /* struct store_document: the newest of the batch */
    struct pg_result *naming;        /* document, meeting whose agenda names it */
};

static void *projection_new(TALLOC_CTX *ctx)
{
    struct projection *projection = mem_new(ctx, struct projection);
    directory_work_init(&projection->directory, ctx);
    projection->documents = uuid_map_new(ctx);
    return projection;
}

static void projection_load(void *work, struct pg *pg)
{
    struct projection *projection = work;
    if (uuid_map_size(projection->documents) > 0)
        projection->naming = store_queue_naming(projection->directory.ctx, pg, projection->documents);
}

static enum err projection_loaded(void *work)
{
    (void)work; /* read where it is needed, by tag_meetings */
    return ERR_OK;
}

static void projection_write(void *work, struct pg *pg)
{
    struct projection *projection = work;
    directory_work_write(&projection->directory, pg);
    store_queue_documents(projection->directory.ctx, pg, projection->documents);
}

/* --- documents ---------------------------------------------------------------------------------------------------- */

static void needs_document(void *work, const struct loop_message *message)
{
    struct projection *projection = work;
    uuid_map_name(projection->documents, &message->aggregate);
}

/* Meetings that show the document's title are stale. */
static void tag_meetings(const struct projection *projection, const struct loop_message *message)
{
    for (size_t row = 0; row < pg_rows(projection->naming); row++) {
        struct uuid document = pg_get_uuid(projection->naming, row, 0);
        struct uuid meeting = pg_get_uuid(projection->naming, row, 1);
        char id[UUID_TEXT_BYTES];
        uuid_format(&meeting, id);
        if (uuid_equal(&document, &message->aggregate))
            loop_tag(message, "meeting:%s", id);
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

static enum err apply_published(void *work, const struct loop_message *message)
{
    return keep_document(work, message, ((const Pb__DocumentPublished *)message->body)->document);
}

static enum err apply_changed(void *work, const struct loop_message *message)
{
    return keep_document(work, message, ((const Pb__DocumentChanged *)message->body)->document);
}

static enum err apply_withdrawn(void *work, const struct loop_message *message)
{
    return keep_document(work, message, ((const Pb__DocumentWithdrawn *)message->body)->document);
}

const struct loop_handler MEETING_DOCUMENT_HANDLERS[MEETING_N_DOCUMENT_EVENTS] = {
    {&pb__document_published__descriptor, needs_document, apply_published},
    {&pb__document_changed__descriptor, needs_document, apply_changed},
    {&pb__document_withdrawn__descriptor, needs_document, apply_withdrawn},
};

const struct loop_ops MEETING_PROJECTION_OPS = {
    .work_new = projection_new,
    .load = projection_load,
    .loaded = projection_loaded,
    .write = projection_write,
};
