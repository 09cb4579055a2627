#include "services/document/version/version_set.h"

#include "common/base/mem.h"
#include "services/document/version/version_store.h"

struct set {
    TALLOC_CTX *ctx;
    struct uuid_map *wanted; /* documents */
    struct uuid_map *texts;  /* strings, by document */
    struct pg_args *rows;
    struct pg_result *text_rows;
};

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->ctx = loop_ctx(batch);
    set->wanted = uuid_map_new(set->ctx);
    set->texts = uuid_map_new(set->ctx);
    set->rows = version_store_rows(set->ctx);
    return set;
}

static void set_load(void *state, struct pg *pg)
{
    struct set *set = state;
    set->text_rows = version_store_queue_texts(set->ctx, pg, uuid_map_ids(set->wanted), uuid_map_size(set->wanted));
}

static enum err set_loaded(void *state)
{
    struct set *set = state;
    version_store_read_texts(set->ctx, set->text_rows, set->texts);
    return ERR_OK;
}

static void set_write(void *state, struct pg *pg)
{
    struct set *set = state;
    pg_queue(pg, set->rows);
}

const struct loop_part VERSION_PART = {
    .name = "version", .new = set_new, .load = set_load, .loaded = set_loaded, .write = set_write};

static struct set *set_of(const struct loop_batch *batch)
{
    return loop_state(batch, &VERSION_PART);
}

void version_set_want(const struct loop_batch *batch, const struct uuid *document)
{
    uuid_map_name(set_of(batch)->wanted, document);
}

/* As it was published. */
static void keep_first(struct set *set, const struct document *was)
{
    struct version first = {.document = was->id,
                            .author = was->author,
                            .no = was->version_no,
                            .content = was->content,
                            .at_us = was->published_at_us};
    if (!first.content.text) /* else this batch wrote it */
        first.content.text = uuid_map_get(set->texts, &was->id);
    version_store_add(set->rows, &first);
}

void version_set_keep(const struct loop_batch *batch, const struct document *was, const struct document *next,
                      const struct uuid *author, const char *reason, int64_t now_us)
{
    struct set *set = set_of(batch);
    const struct version version = {.document = next->id,
                                    .author = *author,
                                    .no = next->version_no,
                                    .content = next->content,
                                    .reason = reason,
                                    .at_us = now_us};
    if (was->version_no == 1)
        keep_first(set, was);
    version_store_add(set->rows, &version);
}
