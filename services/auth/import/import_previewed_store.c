#include "services/auth/import/import_previewed_store.h"

#include "common/base/mem.h"

/* Of the operator's imports the root counts. */
static const struct pg_statement LOAD = {
    .name = "import_previewed",
    .sql =
        "SELECT j.id, j.preview, j.finished_at_us IS NOT NULL AND j.problem IS NULL AND j.members_sha256 IS NOT NULL,"
        "    j.organizations_sha256, j.members_sha256, o.path, j.scope FROM import_job j JOIN organization o"
        "    ON o.id = ANY (coalesce(j.scope, ARRAY(SELECT id FROM organization WHERE parent_id IS NULL)))"
        " WHERE j.id = ANY ($1::uuid[])"};

struct pg_result *import_previewed_store_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n)
{
    return pg_queue_ids(pg, ctx, &LOAD, ids, n);
}

void import_previewed_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct uuid_map *previews)
{
    struct uuid id = pg_get_uuid(rows, row, 0);
    struct import_previewed *previewed = UUID_MAP_MAKE(previews, &id, struct import_previewed);
    struct import_scope path = {0};
    previewed->job.id = id;
    previewed->job.preview = pg_get_bool(rows, row, 1);
    previewed->is_done = pg_get_bool(rows, row, 2);
    previewed->job.has_organizations = import_store_read_hash(ctx, rows, row, 3, previewed->job.organizations_sha256);
    previewed->job.has_blobs = import_store_read_hash(ctx, rows, row, 4, previewed->job.members_sha256);
    path.organizations = pg_get_uuids(ctx, rows, row, 5, &path.n);
    previewed->job.scope = (struct import_scope){.is_all = pg_is_null(rows, row, 6)};
    if (!previewed->job.scope.is_all)
        previewed->job.scope.organizations = pg_get_uuids(ctx, rows, row, 6, &previewed->job.scope.n);
    array_add(ctx, &previewed->paths, path);
}

static bool meet(const struct import_scope *a, const struct import_scope *b)
{
    for (size_t i = 0; i < a->n; i++)
        for (size_t j = 0; j < b->n; j++)
            if (uuid_equal(&a->organizations[i], &b->organizations[j]))
                return true;
    return false;
}

bool import_previewed_is_within(const struct import_previewed *previewed, const struct import_scope *scope)
{
    for (size_t i = 0; i < previewed->paths.n; i++)
        if (!meet(&previewed->paths.items[i], scope))
            return false;
    return true;
}
