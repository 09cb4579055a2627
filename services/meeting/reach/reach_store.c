#include "services/meeting/reach/reach_store.h"

#include "services/meeting/reach/reach.h"

struct pg_result *reach_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct uuid ids[], size_t n)
{
    static const struct pg_statement SELECT_REACH = {
        .name = "select_reach",
        .sql = "SELECT m.id, m.version, m.organization_id, m.kind, m.state, o.path"
               " FROM meeting m JOIN directory_organization o ON o.id = m.organization_id"
               " WHERE m.id = ANY($1::uuid[])"};
    struct pg_args *args = pg_args(ctx, &SELECT_REACH);
    pg_add_uuids(args, ids, n);
    return pg_queue(pg, args);
}

Pb__Reach *reach_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    size_t n_path;
    const struct meeting meeting = {.id = pg_get_uuid(rows, row, 0),
                                    .version = (uint64_t)pg_get_int8(rows, row, 1),
                                    .organization = pg_get_uuid(rows, row, 2),
                                    .kind = (Pb__MeetingKind)pg_get_int8(rows, row, 3),
                                    .state = (Pb__MeetingState)pg_get_int8(rows, row, 4)};
    const struct uuid *path = pg_get_uuids(ctx, rows, row, 5, &n_path);
    return meeting_reach(ctx, &meeting, path, n_path);
}
