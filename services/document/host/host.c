#include "services/document/host/host.h"

#include "common/base/mem.h"

struct hosts {
    TALLOC_CTX *ctx;
    struct uuid_map *orgs, *documents; /* wanted */
    struct uuid_map *found;            /* struct host */
    struct pg_result *rows;
};

static void *hosts_new(struct loop_batch *batch)
{
    struct hosts *hosts = mem_new(loop_ctx(batch), struct hosts);
    hosts->ctx = loop_ctx(batch);
    hosts->orgs = uuid_map_new(hosts->ctx);
    hosts->documents = uuid_map_new(hosts->ctx);
    hosts->found = uuid_map_new(hosts->ctx);
    return hosts;
}

static struct hosts *hosts_of(const struct loop_batch *batch)
{
    return loop_state(batch, &HOST_PART);
}

void host_want(const struct loop_batch *batch, const struct uuid *org)
{
    uuid_map_name(hosts_of(batch)->orgs, org);
}

void host_want_of_document(const struct loop_batch *batch, const struct uuid *document)
{
    uuid_map_name(hosts_of(batch)->documents, document);
}

static void hosts_load(void *state, struct pg *pg)
{
    struct hosts *hosts = state;
    struct host_wanted wanted = {uuid_map_ids(hosts->orgs), uuid_map_ids(hosts->documents), uuid_map_size(hosts->orgs),
                                 uuid_map_size(hosts->documents), true};
    hosts->rows = host_store_queue(hosts->ctx, pg, &wanted);
}

static enum err hosts_loaded(void *state)
{
    struct hosts *hosts = state;
    host_store_read(hosts->ctx, hosts->rows, hosts->found);
    return ERR_OK;
}

const struct host *host_get(const struct loop_batch *batch, const struct uuid *org)
{
    return uuid_map_get(hosts_of(batch)->found, org);
}

const struct uuid_map *host_map(const struct loop_batch *batch)
{
    return hosts_of(batch)->found;
}

const struct loop_part HOST_PART = {
    .name = "host",
    .new = hosts_new,
    .load = hosts_load,
    .loaded = hosts_loaded,
};
