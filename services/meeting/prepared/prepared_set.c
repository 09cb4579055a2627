#include "services/meeting/prepared/prepared_set.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/directory/lookup.h"
#include "services/meeting/host/host_lookup.h"
#include "services/meeting/host/host_store.h"
#include <string.h>

struct set {
    const struct prepared_kind *kind;
    struct loop_batch *batch;
    TALLOC_CTX *ctx;
    struct uuid_map *things;  /* wanted: NULL; found or made: the thing as it is now */
    struct uuid_map *changed; /* the same things, to be written */
    struct uuid_map *orgs;    /* int32_t: how many of an organisation count */
    struct pg_result *rows, *count_rows;
};

static struct set *set_of(const struct loop_batch *batch, const struct loop_part *part)
{
    return loop_state(batch, part);
}

/* --- the part ----------------------------------------------------------------------------------------------------- */

void *prepared_set_new(struct loop_batch *batch, const struct prepared_kind *kind)
{
    struct set *set = mem_new(loop_ctx(batch), struct set);
    set->kind = kind;
    set->batch = batch;
    set->ctx = loop_ctx(batch);
    set->things = uuid_map_new(set->ctx);
    set->changed = uuid_map_new(set->ctx);
    set->orgs = uuid_map_new(set->ctx);
    return set;
}

void prepared_set_load(void *state, struct pg *pg)
{
    struct set *set = state;
    size_t n_things = uuid_map_size(set->things), n_orgs = uuid_map_size(set->orgs);
    set->rows = pg_queue_ids(pg, set->ctx, set->kind->lock, uuid_map_ids(set->things), n_things);
    if (n_things + n_orgs == 0)
        return;
    struct pg_args *args = pg_args(set->ctx, set->kind->count);
    pg_add_uuids(args, uuid_map_ids(set->orgs), n_orgs);
    pg_add_uuids(args, uuid_map_ids(set->things), n_things);
    set->count_rows = pg_queue(pg, args);
}

enum err prepared_set_loaded(void *state)
{
    struct set *set = state;
    for (size_t row = 0; row < pg_rows(set->rows); row++) {
        struct prepared *thing = mem_zalloc(set->ctx, set->kind->bytes, "prepared");
        int column = set->kind->read(set->ctx, set->rows, row, thing);
        host_store_read(set->ctx, set->rows, row, column, host_known(set->batch));
        uuid_map_put(set->things, &thing->id, thing);
    }
    for (size_t row = 0; set->count_rows && row < pg_rows(set->count_rows); row++) {
        struct uuid org = pg_get_uuid(set->count_rows, row, 0);
        *UUID_MAP_MAKE(set->orgs, &org, int32_t) = (int32_t)pg_get_int8(set->count_rows, row, 1);
    }
    return ERR_OK;
}

void prepared_set_write(void *state, struct pg *pg)
{
    struct set *set = state;
    struct pg_args *kept = pg_args(set->ctx, set->kind->write);
    struct pg_args *gone = set->kind->erase ? pg_args(set->ctx, set->kind->erase) : NULL;
    for (size_t i = 0; i < uuid_map_size(set->changed); i++) {
        const struct prepared *thing = uuid_map_value(set->changed, i);
        if (thing->version == 0)
            pg_add_uuid(gone, &thing->id);
        else
            set->kind->add(set->ctx, kept, thing);
    }
    if (gone)
        pg_queue(pg, gone);
    pg_queue(pg, kept);
}

/* --- wanting ------------------------------------------------------------------------------------------------------ */

void prepared_set_want_new(const struct loop_message *message, const struct loop_part *part)
{
    directory_set_want_person(directory_lookup(message->batch), &message->actor);
    host_want(message->batch, &message->aggregate);
    uuid_map_name(set_of(message->batch, part)->orgs, &message->aggregate);
}

void prepared_set_want(const struct loop_message *message, const struct loop_part *part)
{
    directory_set_want_record(directory_lookup(message->batch), &message->actor);
    uuid_map_name(set_of(message->batch, part)->things, &message->aggregate);
}

/* --- state -------------------------------------------------------------------------------------------------------- */

enum err prepared_set_take_host(const struct loop_message *message, struct meeting_context *ret_context)
{
    const struct meeting_host *host = host_find(message->batch, &message->aggregate);
    if (!host)
        return ERR_NOT_FOUND;
    meeting_context_of_host(message, host, ret_context);
    if (!directory_knows(directory_lookup(message->batch), ret_context->person, &host->org, message->now_us))
        return ERR_NOT_FOUND;
    if (!prepared_may_keep(&ret_context->actor))
        return ERR_NOT_ALLOWED;
    bool is_active = host->org.state == PB__ORGANIZATION_STATE__ORGANIZATION_STATE_ACTIVE;
    return is_active ? ERR_OK : ERR_ORGANIZATION_CLOSED;
}

enum err prepared_set_take(const struct loop_message *message, const struct loop_part *part,
                           struct meeting_context *ret_context, const void **ret_thing)
{
    const struct prepared *thing = uuid_map_get(set_of(message->batch, part)->things, &message->aggregate);
    if (!thing || thing->version == 0)
        return ERR_NOT_FOUND;
    const struct meeting_host *host = host_find(message->batch, &thing->organization);
    if (!host)
        return ERR_RETRY; /* it was known when this was made: our projection is being rebuilt */
    meeting_context_of_host(message, host, ret_context);
    *ret_thing = thing;
    if (!prepared_may_read(&ret_context->actor))
        return ERR_NOT_FOUND;
    if (!prepared_may_keep(&ret_context->actor))
        return ERR_NOT_ALLOWED;
    bool is_stale = message->has_if_version && message->if_version != thing->version;
    return is_stale ? ERR_VERSION_CONFLICT : ERR_OK;
}

int32_t prepared_set_count(const struct loop_batch *batch, const struct loop_part *part,
                           const struct uuid *organization)
{
    return *UUID_MAP_MAKE(set_of(batch, part)->orgs, organization, int32_t);
}

static int32_t counts(const struct prepared *thing)
{
    return thing && thing->version > 0 && thing->is_counted;
}

void prepared_set_keep(const struct loop_batch *batch, const struct loop_part *part, const void *thing)
{
    struct set *set = set_of(batch, part);
    const struct prepared *next = thing;
    *UUID_MAP_MAKE(set->orgs, &next->organization, int32_t) += counts(next) -
                                                               counts(uuid_map_get(set->things, &next->id));
    void *kept = mem_copy(set->ctx, thing, set->kind->bytes);
    uuid_map_put(set->things, &next->id, kept);
    uuid_map_put(set->changed, &next->id, kept);
}
