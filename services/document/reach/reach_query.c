#include "services/document/reach/reach_query.h"

#include "common/base/mem.h"
#include "services/document/reach/reach_store.h"

static enum err get_reach(struct query *query)
{
    const Pb__GetReach *body = (const Pb__GetReach *)query->body;
    struct uuid *ids = mem_array(query->ctx, struct uuid, body->n_ids);
    size_t n = 0;
    for (size_t i = 0; i < body->n_ids; i++)
        if (uuid_from_pb(body->ids[i], &ids[n]) == ERR_OK)
            n++;
    struct pg_result *rows = reach_store_queue(query->ctx, query->pg, ids, n);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    Pb__ReachList *list = mem_new(query->ctx, Pb__ReachList);
    pb__reach_list__init(list);
    list->items = mem_array(query->ctx, Pb__Reach *, pg_rows(rows));
    for (size_t row = 0; row < pg_rows(rows); row++)
        list->items[list->n_items++] = reach_store_read(query->ctx, rows, row);
    query->reply = &list->base;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {
    {&pb__get_reach__descriptor, get_reach},
};
const struct query_table REACH_QUERIES = QUERY_TABLE(QUERIES);
