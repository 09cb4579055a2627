#include "services/document/clause/clause_set.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include <string.h>

struct place {
    struct clause is;
    bool is_changed; /* to be written */
};

struct set {
    TALLOC_CTX *ctx;
    struct uuid_map *places; /* struct place, by one id for document and address */
    struct pg_args *wanted;
    struct pg_result *rows;
    struct uuid_map *successors; /* whose heads are wanted; names alone */
    struct pg_result *heads;
};

static struct place *place_of(struct set *set, const struct uuid *document, const char *address)
{
    const void *parts[] = {document->bytes, address};
    const size_t bytes[] = {sizeof document->bytes, strlen(address)};
    struct uuid key = uuid_hash(2, parts, bytes);
    return UUID_MAP_MAKE(set->places, &key, struct place);
}

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->ctx = loop_ctx(batch);
    set->places = uuid_map_new(set->ctx);
    set->wanted = clause_store_pairs(set->ctx);
    set->successors = uuid_map_new(set->ctx);
    return set;
}

static void set_load(void *state, struct pg *pg)
{
    struct set *set = state;
    set->rows = pg_queue(pg, set->wanted);
    set->heads = clause_store_heads(set->ctx, pg, uuid_map_ids(set->successors), uuid_map_size(set->successors));
}

static enum err set_loaded(void *state)
{
    struct set *set = state;
    for (size_t row = 0; row < pg_rows(set->rows); row++) {
        struct clause found;
        clause_store_read(set->ctx, set->rows, row, &found);
        place_of(set, &found.document, found.address)->is = found;
    }
    return ERR_OK;
}

static void set_write(void *state, struct pg *pg)
{
    struct set *set = state;
    struct pg_args *rows = clause_store_rows(set->ctx);
    for (size_t i = 0; i < uuid_map_size(set->places); i++) {
        const struct place *place = uuid_map_value(set->places, i);
        if (place->is_changed)
            clause_store_add(rows, &place->is);
    }
    pg_queue(pg, rows);
}

const struct loop_part CLAUSE_PART = {
    .name = "clause", .new = set_new, .load = set_load, .loaded = set_loaded, .write = set_write};

static struct set *set_of(const struct loop_batch *batch)
{
    return loop_state(batch, &CLAUSE_PART);
}

void clause_set_want(const struct loop_batch *batch, const struct uuid *document, const char *address)
{
    clause_store_add_pair(set_of(batch)->wanted, document, address);
}

const struct clause *clause_set_find(const struct loop_batch *batch, const struct uuid *document, const char *address)
{
    return &place_of(set_of(batch), document, address)->is;
}

bool clause_set_keep(const struct loop_batch *batch, const struct clause *next)
{
    struct place *place = place_of(set_of(batch), &next->document, next->address);
    const char *was = place->is.by_address ? place->is.by_address : "", *is = next->by_address ? next->by_address : "";
    if (uuid_equal(&place->is.by, &next->by) && strcmp(was, is) == 0)
        return false;
    *place = (struct place){*next, true};
    return true;
}

void clause_set_want_heads(const struct loop_batch *batch, const struct uuid *by)
{
    uuid_map_name(set_of(batch)->successors, by);
}

void clause_set_tag_heads(struct loop_batch *batch, const struct uuid *by)
{
    const struct set *set = set_of(batch);
    for (size_t row = 0; row < pg_rows(set->heads); row++) {
        struct uuid successor = pg_get_uuid(set->heads, row, 0), head = pg_get_uuid(set->heads, row, 1);
        if (uuid_equal(&successor, by))
            loop_tag(batch, TAG_DOCUMENT, &head);
    }
    for (size_t i = 0; i < uuid_map_size(set->places); i++) {
        const struct place *place = uuid_map_value(set->places, i);
        if (place->is_changed && uuid_equal(&place->is.by, by))
            loop_tag(batch, TAG_DOCUMENT, &place->is.document);
    }
}
