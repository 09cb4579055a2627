#include "services/document/reaction/reaction_set.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/document/reaction/reaction_store.h"

struct place {
    struct reaction is;
    bool is_changed; /* to be written */
};
struct target {
    struct uuid id, document;
    struct reaction_counts counts;
    bool is_changed;
};

struct set {
    TALLOC_CTX *ctx;
    struct uuid_map *places;  /* struct place, by one id for target and member */
    struct uuid_map *targets; /* struct target */
    struct pg_args *wanted;
    struct pg_result *rows;
};

static struct place *place_of(struct set *set, const struct uuid *target, const struct uuid *member)
{
    const void *parts[] = {target->bytes, member->bytes};
    const size_t bytes[] = {sizeof target->bytes, sizeof member->bytes};
    struct uuid key = uuid_hash(2, parts, bytes);
    return UUID_MAP_MAKE(set->places, &key, struct place);
}

static struct target *target_of(struct set *set, const struct uuid *target)
{
    return UUID_MAP_MAKE(set->targets, target, struct target);
}

static void *set_new(struct loop_batch *batch)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->ctx = loop_ctx(batch);
    set->places = uuid_map_new(set->ctx);
    set->targets = uuid_map_new(set->ctx);
    set->wanted = reaction_store_pairs(set->ctx);
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
        struct reaction found;
        struct reaction_counts counts;
        reaction_store_read(set->ctx, set->rows, row, &found, &counts);
        place_of(set, &found.target, &found.member)->is = found;
        target_of(set, &found.target)->counts = counts;
    }
    return ERR_OK;
}

static void set_write(void *state, struct pg *pg)
{
    struct set *set = state;
    struct reaction_writes writes = reaction_store_writes(set->ctx);
    for (size_t i = 0; i < uuid_map_size(set->places); i++) {
        const struct place *place = uuid_map_value(set->places, i);
        if (place->is_changed)
            reaction_store_add(&writes, &place->is);
    }
    for (size_t i = 0; i < uuid_map_size(set->targets); i++) {
        const struct target *target = uuid_map_value(set->targets, i);
        if (target->is_changed)
            reaction_store_add_counts(&writes, &target->document, &target->id, &target->counts);
    }
    reaction_store_queue_writes(pg, &writes);
}

const struct loop_part REACTION_PART = {
    .name = "reaction", .new = set_new, .load = set_load, .loaded = set_loaded, .write = set_write};

static struct set *set_of(const struct loop_batch *batch)
{
    return loop_state(batch, &REACTION_PART);
}

void reaction_set_want(const struct loop_batch *batch, const struct uuid *target, const struct uuid *member)
{
    reaction_store_add_pair(set_of(batch)->wanted, target, member);
}

const struct reaction *reaction_set_find(const struct loop_batch *batch, const struct uuid *target,
                                         const struct uuid *member)
{
    return &place_of(set_of(batch), target, member)->is;
}

const struct reaction_counts *reaction_set_counts(const struct loop_batch *batch, const struct uuid *target)
{
    return &target_of(set_of(batch), target)->counts;
}

void reaction_set_keep(const struct loop_batch *batch, const struct reaction_change *change)
{
    struct set *set = set_of(batch);
    *place_of(set, &change->next.target, &change->next.member) = (struct place){change->next, true};
    *target_of(set, &change->next.target) = (struct target){change->next.target, change->next.document, change->counts,
                                                            true};
}
