#include "services/meeting/comment/comment_set.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/meeting/comment/comment_store.h"

/* A comment in the batch, and what of it is to be written. */
struct place {
    struct named_comment found;
    bool is_new, is_answered; /* the row; its answer only */
};

struct set {
    TALLOC_CTX *ctx;
    struct uuid_map *places; /* struct place */
    struct pg_result *rows;
};

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->ctx = loop_ctx(batch);
    set->places = uuid_map_new(set->ctx);
    return set;
}

static void set_load(void *state, struct pg *pg)
{
    struct set *set = state;
    set->rows = comment_store_lock(set->ctx, pg, set->places);
}

static enum err set_loaded(void *state)
{
    struct set *set = state;
    for (size_t row = 0; row < pg_rows(set->rows); row++) {
        struct place *place = mem_new(set->ctx, struct place);
        comment_store_read(set->ctx, set->rows, row, &place->found);
        uuid_map_put(set->places, &place->found.is.id, place);
    }
    return ERR_OK;
}

static void set_write(void *state, struct pg *pg)
{
    struct set *set = state;
    struct pg_args *comments = comment_store_new(set->ctx), *answers = comment_store_answers(set->ctx);
    for (size_t i = 0; i < uuid_map_size(set->places); i++) {
        const struct place *place = uuid_map_value(set->places, i);
        if (place && place->is_new)
            comment_store_add(comments, &place->found.is);
        else if (place && place->is_answered)
            comment_store_add_answer(answers, &place->found.is);
    }
    pg_queue(pg, comments);
    pg_queue(pg, answers);
}

const struct loop_part COMMENT_PART = {
    .name = "comment", .new = set_new, .load = set_load, .loaded = set_loaded, .write = set_write};

void comment_set_want(const struct loop_batch *batch, const struct uuid *id)
{
    struct set *set = loop_state(batch, &COMMENT_PART);
    uuid_map_name(set->places, id);
}

const struct named_comment *comment_set_find(const struct loop_batch *batch, const struct uuid *id)
{
    const struct set *set = loop_state(batch, &COMMENT_PART);
    const struct place *place = uuid_map_get(set->places, id);
    return place ? &place->found : NULL;
}

void comment_set_keep(const struct loop_batch *batch, const struct named_comment *comment)
{
    struct set *set = loop_state(batch, &COMMENT_PART);
    bool is_known = uuid_map_get(set->places, &comment->is.id);
    struct place *place = UUID_MAP_MAKE(set->places, &comment->is.id, struct place);
    place->is_new |= !is_known;
    place->is_answered = !place->is_new;
    place->found = *comment;
}
