#include "services/document/acknowledgement/acknowledgement_set.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/document/acknowledgement/acknowledgement_store.h"

struct place {
    struct acknowledgement is;
    bool is_new; /* to be written */
};

struct set {
    TALLOC_CTX *ctx;
    struct uuid_map *places; /* struct place, by one id for the pair */
    struct pg_args *wanted;
    struct pg_result *rows;
};

static struct place *place_of(struct set *set, const struct uuid *document, const struct uuid *member)
{
    const void *parts[] = {document->bytes, member->bytes};
    const size_t bytes[] = {sizeof document->bytes, sizeof member->bytes};
    struct uuid key = uuid_hash(2, parts, bytes);
    return UUID_MAP_MAKE(set->places, &key, struct place);
}

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->ctx = loop_ctx(batch);
    set->places = uuid_map_new(set->ctx);
    set->wanted = acknowledgement_store_pairs(set->ctx);
    return set;
}

static void set_load(void *state, struct pg *pg)
{
    struct set *set = state;
    set->rows = pg_queue(pg, set->wanted);
}

static enum err set_loaded(void *state)
{
    struct set *set = state;
    for (size_t row = 0; row < pg_rows(set->rows); row++) {
        struct acknowledgement found;
        acknowledgement_store_read(set->rows, row, &found);
        place_of(set, &found.document, &found.member)->is = found;
    }
    return ERR_OK;
}

static void set_write(void *state, struct pg *pg)
{
    struct set *set = state;
    struct pg_args *rows = acknowledgement_store_rows(set->ctx);
    for (size_t i = 0; i < uuid_map_size(set->places); i++) {
        const struct place *place = uuid_map_value(set->places, i);
        if (place->is_new)
            acknowledgement_store_add(rows, &place->is);
    }
    pg_queue(pg, rows);
}

const struct loop_part ACKNOWLEDGEMENT_PART = {
    .name = "acknowledgement", .new = set_new, .load = set_load, .loaded = set_loaded, .write = set_write};

static struct set *set_of(const struct loop_batch *batch)
{
    return loop_state(batch, &ACKNOWLEDGEMENT_PART);
}

void acknowledgement_set_want(const struct loop_batch *batch, const struct uuid *document, const struct uuid *member)
{
    acknowledgement_store_add_pair(set_of(batch)->wanted, document, member);
}

int64_t acknowledgement_set_keep(const struct loop_batch *batch, const struct uuid *document, const struct uuid *member,
                                 int64_t now_us)
{
    struct place *place = place_of(set_of(batch), document, member);
    if (place->is.at_us == 0)
        *place = (struct place){{*document, *member, now_us}, true};
    return place->is.at_us;
}
