#include "services/meeting/reach/reach_query.h"

#include "services/directory/reach_query.h"
#include "services/meeting/reach/reach_store.h"

static enum err get_reach(struct query *query)
{
    static const struct reach_rows ROWS = {reach_store_queue, reach_store_read};
    return reach_answer(query, &ROWS);
}

static const struct query_handler QUERIES[] = {
    {&pb__get_reach__descriptor, get_reach},
};
const struct query_table REACH_QUERIES = QUERY_TABLE(QUERIES);
