#include "services/meeting/resolution/resolution_store.h"

struct pg_result *resolution_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *documents)
{
    static const struct pg_statement SELECT_SETTLED = {.name = "select_settled",
                                                       .sql = "SELECT m.resolution_document_id, m.id FROM meeting m"
                                                              " WHERE m.resolution_document_id = ANY($1::uuid[])"};
    return pg_queue_ids(pg, ctx, &SELECT_SETTLED, uuid_map_ids(documents), uuid_map_size(documents));
}
