#include "services/analytics/document/document_events.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/analytics/counts/counts.h"
#include "services/analytics/document/audience_store.h"
#include "services/analytics/document/document_store.h"
#include <assert.h>

/* A document before and after the batch. */
struct change {
    struct document was, is;
};

struct documents {
    struct loop_batch *batch;
    TALLOC_CTX *ctx;
    struct uuid_map *changes; /* struct change */
    struct pg_result *rows;
};

static struct change *change_of(struct documents *documents, const struct uuid *document)
{
    return UUID_MAP_MAKE(documents->changes, document, struct change);
}

static const Pb__DocumentFacts *facts_of(const ProtobufCMessage *event)
{
    if (event->descriptor == &pb__document_published__descriptor)
        return ((const Pb__DocumentPublished *)event)->document;
    if (event->descriptor == &pb__document_changed__descriptor)
        return ((const Pb__DocumentChanged *)event)->document;
    assert(event->descriptor == &pb__document_withdrawn__descriptor);
    return ((const Pb__DocumentWithdrawn *)event)->document;
}

static enum err want_document(const struct loop_message *message)
{
    struct uuid org;
    if (uuid_from_pb(facts_of(message->body)->organization_id, &org))
        return ERR_MALFORMED;
    counts_want(message, &org);
    change_of(loop_state(message->batch, &DOCUMENT_PART), &message->aggregate);
    return ERR_OK;
}

static enum err apply_document(const struct loop_message *message)
{
    const Pb__DocumentFacts *facts = facts_of(message->body);
    struct change *document = change_of(loop_state(message->batch, &DOCUMENT_PART), &message->aggregate);
    struct uuid org = uuid_or_zero(facts->organization_id); /* want_document has checked it */
    if (document->is.version >= facts->version)
        return ERR_OK;
    return document_take(message->ctx, facts, &org, message->now_us, &document->is);
}

static void *documents_new(struct loop_batch *batch)
{
    struct documents *documents = mem_new(loop_ctx(batch), struct documents);
    documents->batch = batch;
    documents->ctx = loop_ctx(batch);
    documents->changes = uuid_map_new(documents->ctx);
    return documents;
}

static void documents_load(void *state, struct pg *pg)
{
    struct documents *documents = state;
    documents->rows = document_store_read(pg, documents->ctx, uuid_map_ids(documents->changes),
                                          uuid_map_size(documents->changes));
}

static enum err documents_loaded(void *state)
{
    struct documents *documents = state;
    for (size_t row = 0; row < pg_rows(documents->rows); row++) {
        struct uuid id = pg_get_uuid(documents->rows, row, 0);
        struct change *document = change_of(documents, &id);
        document_store_get(documents->ctx, documents->rows, row, &document->was);
        document->is = document->was;
    }
    return ERR_OK;
}

const struct uuid *documents_with_new_readers(const struct loop_batch *batch, size_t *ret_n)
{
    struct documents *documents = loop_state(batch, &DOCUMENT_PART);
    struct uuid *found = mem_array(documents->ctx, struct uuid, uuid_map_size(documents->changes) + 1);
    *ret_n = 0;
    for (size_t i = 0; i < uuid_map_size(documents->changes); i++) {
        const struct change *document = uuid_map_value(documents->changes, i);
        if (!document_same_readers(&document->was, &document->is))
            found[(*ret_n)++] = uuid_map_ids(documents->changes)[i];
    }
    return found;
}

static void count(const struct documents *documents, const struct document *document, int32_t sign)
{
    struct month_counts counts = document_count(document);
    if (document->version > 0)
        counts_add_month(documents->batch, &document->organization, document->month, &counts, sign);
}

static void documents_write(void *state, struct pg *pg)
{
    struct documents *documents = state;
    size_t n;
    const struct uuid *ids = documents_with_new_readers(documents->batch, &n);
    audience_store_add_documents(pg, documents->ctx, ids, n, -1);
    for (size_t i = 0; i < uuid_map_size(documents->changes); i++) {
        const struct change *document = uuid_map_value(documents->changes, i);
        if (document->is.version == document->was.version)
            continue;
        document_store_write(pg, documents->ctx, &uuid_map_ids(documents->changes)[i], &document->is);
        count(documents, &document->was, -1);
        count(documents, &document->is, 1);
    }
}

static const struct loop_handler EVENTS[] = {
    {&pb__document_published__descriptor, want_document, apply_document},
    {&pb__document_changed__descriptor, want_document, apply_document},
    {&pb__document_withdrawn__descriptor, want_document, apply_document},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DOCUMENT_EVENTS, EVENTS)};
const struct loop_part DOCUMENT_PART = {.name = "document",
                                        .handlers = HANDLERS,
                                        .n_handlers = ARRAY_LENGTH(HANDLERS),
                                        .new = documents_new,
                                        .load = documents_load,
                                        .loaded = documents_loaded,
                                        .write = documents_write};
