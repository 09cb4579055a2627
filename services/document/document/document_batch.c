#include "services/document/document/document_batch.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/document/document/document_store.h"
#include "services/document/document/document_write_store.h"

struct document_batch {
    TALLOC_CTX *ctx;
    struct uuid_map *documents; /* struct document_changed; wanted and not there: NULL */
    struct pg_result *rows;
    struct document_details details;
};

static void *batch_new(struct loop_batch *batch)
{
    struct document_batch *documents = mem_new(loop_ctx(batch), struct document_batch);
    documents->ctx = loop_ctx(batch);
    documents->documents = uuid_map_new(documents->ctx);
    return documents;
}

void document_batch_want(struct document_batch *documents, const struct uuid *id)
{
    uuid_map_name(documents->documents, id);
}

/* What lies under the locked documents is read after their locks, so it cannot be older than they are. */
static void batch_load(void *state, struct pg *pg)
{
    struct document_batch *documents = state;
    const struct uuid *ids = uuid_map_ids(documents->documents);
    size_t n = uuid_map_size(documents->documents);
    documents->rows = document_store_lock(documents->ctx, pg, ids, n);
    documents->details = document_store_queue_details(documents->ctx, pg, ids, n);
}

static struct document *find(void *arg, const struct uuid *id)
{
    const struct document_batch *documents = arg;
    struct document_changed *document = uuid_map_get(documents->documents, id);
    return document ? &document->is : NULL;
}

static enum err batch_loaded(void *state)
{
    struct document_batch *documents = state;
    for (size_t row = 0; row < pg_rows(documents->rows); row++) {
        struct document_changed *document = mem_new(documents->ctx, struct document_changed);
        document_store_read(documents->ctx, documents->rows, row, &document->is);
        uuid_map_put(documents->documents, &document->is.id, document);
    }
    document_store_read_details(documents->ctx, &documents->details, find, documents);
    return ERR_OK;
}

const struct document *document_batch_get(const struct document_batch *documents, const struct uuid *id)
{
    const struct document_changed *document = uuid_map_get(documents->documents, id);
    return document && !document->is_discarded ? &document->is : NULL;
}

bool document_batch_was_read(const struct document_batch *documents, const struct uuid *id)
{
    const struct document_changed *document = uuid_map_get(documents->documents, id);
    return document && !document->content && document->is.extraction == PB__EXTRACTION__EXTRACTION_DONE;
}

/* Those whose place it takes, or was to; they were loaded with it. */
static void each_replaced(struct document_batch *documents, const struct document *by,
                          void (*change)(struct document_changed *replaced, const struct document *by))
{
    for (size_t i = 0; i < uuid_map_size(documents->documents); i++) {
        struct document_changed *document = uuid_map_value(documents->documents, i);
        if (document && uuid_equal(&document->is.replaced_by, &by->id))
            change(document, by);
    }
}

static void follow(struct document_changed *replaced, const struct document *by)
{
    replaced->is.is_succeeded = document_names_successor(&replaced->is, by);
}

/* Its number is its own, or given: the write store says which. */
static void is_written(struct document_changed *replaced, const struct document *by)
{
    (void)by;
    replaced->is_changed = true;
}

static void waits_for_another(struct document_changed *replaced, const struct document *by)
{
    (void)by;
    replaced->is = document_outlast(&replaced->is);
    replaced->is_changed = true;
}

void document_batch_discard(struct document_batch *documents, const struct uuid *id)
{
    struct document_changed *document = uuid_map_get(documents->documents, id);
    document->is_discarded = document->is_changed = true;
    each_replaced(documents, &document->is, waits_for_another);
}

static bool bears_another_number(const struct document *last, const struct document *next)
{
    return next->number != last->number || next->number_since != last->number_since || next->kind != last->kind;
}

void document_batch_keep(struct document_batch *documents, const struct document *next)
{
    struct document_changed *document = UUID_MAP_MAKE(documents->documents, &next->id, struct document_changed);
    const struct document *last = &document->is;
    /* What stays is shared, so a new pointer is a new content or detail. */
    document->content |= next->content.media_type != last->content.media_type ||
                         next->content.text != last->content.text;
    document->targets |= next->targets != last->targets;
    document->figures |= next->figures != last->figures;
    if (bears_another_number(last, next))
        each_replaced(documents, next, is_written);
    each_replaced(documents, next, follow);
    document->is_changed = true;
    document->is_discarded = false;
    document->is = *next;
}

/* What has a successor comes first: it leaves its number to what takes its place. */
static void batch_write(void *state, struct pg *pg)
{
    struct document_batch *documents = state;
    struct document_writes *writes = document_write_store_new(documents->ctx);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < uuid_map_size(documents->documents); i++) {
            const struct document_changed *document = uuid_map_value(documents->documents, i);
            bool is_succeeded = document && !uuid_is_zero(&document->is.replaced_by);
            if (document && document->is_changed && is_succeeded == (pass == 0))
                document_write_store_add(writes, document);
        }
    document_write_store_queue(writes, pg);
}

static const struct loop_constraint CONSTRAINTS[] = {{"document_number_taken", ERR_NUMBER_TAKEN, "/number"}};

const struct loop_part DOCUMENT_PART = {
    .name = "document",
    .new = batch_new,
    .load = batch_load,
    .loaded = batch_loaded,
    .write = batch_write,
    .constraints = CONSTRAINTS,
    .n_constraints = ARRAY_LENGTH(CONSTRAINTS),
};

struct document_batch *document_batch_of(const struct loop_batch *batch)
{
    return loop_state(batch, &DOCUMENT_PART);
}
