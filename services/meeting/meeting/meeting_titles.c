#include "services/meeting/meeting/meeting_titles.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/meeting/meeting/meeting_context.h"
#include "services/meeting/meeting/meeting_store.h"
#include "sotay/v1/document.pb-c.h"

struct titles {
    TALLOC_CTX *ctx;
    struct uuid_map *documents;
    struct pg_result *naming; /* document, meeting whose agenda names it, path of its organisation */
};

static void *titles_new(struct loop_batch *batch)
{
    struct titles *titles = mem_new(loop_ctx(batch), struct titles);
    titles->ctx = loop_ctx(batch);
    titles->documents = uuid_map_new(titles->ctx);
    return titles;
}

static void titles_load(void *state, struct pg *pg)
{
    struct titles *titles = state;
    titles->naming = meeting_store_queue_naming(titles->ctx, pg, titles->documents);
}

static enum err want(const struct loop_message *message)
{
    struct titles *titles = loop_state(message->batch, &MEETING_TITLES_PART);
    uuid_map_name(titles->documents, &message->aggregate);
    return ERR_OK;
}

static void tag_naming(const struct loop_message *message, const struct titles *titles, size_t row)
{
    struct uuid meeting = pg_get_uuid(titles->naming, row, 1);
    size_t n;
    struct uuid *path = pg_get_uuids(titles->ctx, titles->naming, row, 2, &n);
    meeting_tag(message->batch, &meeting, path, n);
    mem_free(path);
}

static enum err apply(const struct loop_message *message)
{
    const struct titles *titles = loop_state(message->batch, &MEETING_TITLES_PART);
    for (size_t row = 0; row < pg_rows(titles->naming); row++) {
        struct uuid document = pg_get_uuid(titles->naming, row, 0);
        if (uuid_equal(&document, &message->aggregate))
            tag_naming(message, titles, row);
    }
    return ERR_OK;
}

static const struct loop_handler DOCUMENTS[] = {
    {&pb__document_published__descriptor, want, apply},
    {&pb__document_changed__descriptor, want, apply},
    {&pb__document_withdrawn__descriptor, want, apply},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DOCUMENT_EVENTS, DOCUMENTS)};

const struct loop_part MEETING_TITLES_PART = {
    .name = "titles",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = titles_new,
    .load = titles_load,
};
