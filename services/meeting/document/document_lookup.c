#include "services/meeting/document/document_lookup.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/meeting/document/document_store.h"

struct lookup {
    TALLOC_CTX *ctx;
    struct uuid_map *documents; /* struct document */
    struct pg_result *rows;
};

static void *lookup_new(struct loop_batch *batch)
{
    struct lookup *lookup = mem_new(loop_ctx(batch), struct lookup);
    lookup->ctx = loop_ctx(batch);
    lookup->documents = uuid_map_new(lookup->ctx);
    return lookup;
}

static void lookup_load(void *state, struct pg *pg)
{
    struct lookup *lookup = state;
    lookup->rows = document_store_queue(lookup->ctx, pg, lookup->documents);
}

static enum err lookup_loaded(void *state)
{
    struct lookup *lookup = state;
    for (size_t row = 0; row < pg_rows(lookup->rows); row++) {
        struct document *document = mem_new(lookup->ctx, struct document);
        enum err err = document_store_read(lookup->ctx, lookup->rows, row, document);
        if (err)
            return err;
        document->before = uuid_map_get(lookup->documents, &document->id);
        uuid_map_put(lookup->documents, &document->id, document);
    }
    return ERR_OK;
}

const struct loop_part DOCUMENT_LOOKUP_PART = {
    .name = "document", .new = lookup_new, .load = lookup_load, .loaded = lookup_loaded};

void document_want(struct loop_batch *batch, const struct uuid *id)
{
    loop_want_news(batch, TOPIC_DOCUMENT_EVENTS);
    struct lookup *lookup = loop_state(batch, &DOCUMENT_LOOKUP_PART);
    uuid_map_name(lookup->documents, id);
}

const struct document *document_find(const struct loop_batch *batch, const struct uuid *id, int64_t at_us)
{
    const struct lookup *lookup = loop_state(batch, &DOCUMENT_LOOKUP_PART);
    return document_at(uuid_map_get(lookup->documents, id), at_us);
}
