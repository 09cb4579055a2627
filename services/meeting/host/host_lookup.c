#include "services/meeting/host/host_lookup.h"

#include "common/base/mem.h"
#include "services/meeting/host/host_store.h"

struct lookup {
    TALLOC_CTX *ctx;
    struct uuid_map *hosts;                       /* struct meeting_host */
    struct uuid_map *orgs, *audience_of_meetings; /* wanted */
    struct pg_result *rows, *audience_rows;
};

static void *lookup_new(struct loop_batch *batch)
{
    struct lookup *lookup = mem_new(loop_ctx(batch), struct lookup);
    lookup->ctx = loop_ctx(batch);
    lookup->hosts = uuid_map_new(lookup->ctx);
    lookup->orgs = uuid_map_new(lookup->ctx);
    lookup->audience_of_meetings = uuid_map_new(lookup->ctx);
    return lookup;
}

static void lookup_load(void *state, struct pg *pg)
{
    struct lookup *lookup = state;
    struct host_audiences audiences = {lookup->orgs, lookup->audience_of_meetings};
    lookup->rows = host_store_queue(lookup->ctx, pg, uuid_map_ids(lookup->orgs), uuid_map_size(lookup->orgs));
    lookup->audience_rows = host_store_queue_audiences(lookup->ctx, pg, &audiences);
}

static enum err lookup_loaded(void *state)
{
    struct lookup *lookup = state;
    host_store_read_all(lookup->ctx, lookup->rows, lookup->hosts);
    host_store_read_audiences(lookup->ctx, lookup->audience_rows, lookup->hosts);
    return ERR_OK;
}

const struct loop_part HOST_PART = {.name = "host", .new = lookup_new, .load = lookup_load, .loaded = lookup_loaded};

static struct lookup *lookup_of(const struct loop_batch *batch)
{
    return loop_state(batch, &HOST_PART);
}

void host_want(const struct loop_batch *batch, const struct uuid *org)
{
    uuid_map_name(lookup_of(batch)->orgs, org);
}

void host_want_audience_of(const struct loop_batch *batch, const struct uuid *meeting)
{
    uuid_map_name(lookup_of(batch)->audience_of_meetings, meeting);
}

struct uuid_map *host_known(const struct loop_batch *batch)
{
    return lookup_of(batch)->hosts;
}

const struct meeting_host *host_find(const struct loop_batch *batch, const struct uuid *org)
{
    return uuid_map_get(lookup_of(batch)->hosts, org);
}
