/* The tree of organisations as the import reads and writes it. */
#include "services/auth/store.h"

#include "common/base/mem.h"

static const struct pg_statement LOAD = {
    .name = "tree_load", .sql = "SELECT id, parent_id, code, name, level, meeting_day FROM organization"};

/* The root's row keeps its parent (none): a roster may describe it, not move it. Paths come after, all at once. */
static const struct pg_statement PUT = {
    .name = "tree_put",
    .each = true,
    .sql =
        "INSERT INTO organization AS o (id, version, code, name, level, parent_id, path, meeting_day, changed_at_us) "
        "SELECT id, 1, code, name, level, parent_id, ARRAY[id], nullif(day, 0), now_us "
        "FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int4[], $5::uuid[], $6::int4[], $7::int8[]) "
        "     AS u(id, code, name, level, parent_id, day, now_us) "
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, level = excluded.level, parent_id = excluded.parent_id, "
        "    meeting_day = coalesce(excluded.meeting_day, o.meeting_day), version = o.version + 1, changed_at_us = "
        "excluded.changed_at_us "
        "WHERE (o.name, o.level, o.parent_id, o.meeting_day) IS DISTINCT FROM "
        "      (excluded.name, excluded.level, excluded.parent_id, coalesce(excluded.meeting_day, o.meeting_day))"};

static const struct pg_statement FIND_PATHS = {
    .name = "tree_paths",
    .sql = "WITH RECURSIVE found AS ("
           "    SELECT id, ARRAY[id] AS path FROM organization WHERE parent_id IS NULL "
           "    UNION ALL SELECT o.id, f.path || o.id FROM found f JOIN organization o ON o.parent_id = f.id) "
           "UPDATE organization o SET path = f.path, changed_at_us = $1::int8, "
           "    version = CASE WHEN o.changed_at_us = $1::int8 THEN o.version ELSE o.version + 1 END "
           "FROM found f WHERE f.id = o.id AND o.path <> f.path"};

static const struct pg_statement CHANGED = {.name = "tree_changed",
                                            .sql = "SELECT id FROM organization WHERE changed_at_us = $1::int8"};

enum err store_tree_load(struct pg *pg, TALLOC_CTX *ctx, struct store_tree *ret_tree)
{
    struct pg_result *result;
    enum err err = pg_run(pg, pg_args(ctx, &LOAD), &result);
    if (err)
        return err;
    ret_tree->n = pg_rows(result);
    ret_tree->items = mem_array(ctx, struct store_tree_row, ret_tree->n);
    for (size_t i = 0; i < ret_tree->n; i++)
        ret_tree->items[i] = (struct store_tree_row){.id = pg_get_uuid(result, i, 0),
                                                     .parent_id = pg_get_uuid(result, i, 1),
                                                     .is_root = pg_is_null(result, i, 1),
                                                     .code = pg_get_text(ctx, result, i, 2),
                                                     .name = pg_get_text(ctx, result, i, 3),
                                                     .level = (Pb__Level)pg_get_int8(result, i, 4),
                                                     .meeting_day = (int32_t)pg_get_int8(result, i, 5)};
    return ERR_OK;
}

void store_tree_queue(struct pg *pg, TALLOC_CTX *ctx, const struct store_tree_row rows[], size_t n, int64_t now_us)
{
    struct pg_args *put = pg_args(ctx, &PUT);
    for (size_t i = 0; i < n; i++) {
        pg_add_uuid(put, &rows[i].id);
        pg_add_text(put, rows[i].code);
        pg_add_text(put, rows[i].name);
        pg_add_int4(put, (int32_t)rows[i].level);
        pg_add_uuid(put, rows[i].is_root ? NULL : &rows[i].parent_id);
        pg_add_int4(put, rows[i].meeting_day);
        pg_add_int8(put, now_us);
    }
    struct pg_args *paths = pg_args(ctx, &FIND_PATHS);
    pg_add_int8(paths, now_us);
    pg_queue(pg, put);
    pg_queue(pg, paths);
}

enum err store_tree_changed(struct pg *pg, TALLOC_CTX *ctx, int64_t changed_at_us, struct store_ids *ret_ids)
{
    struct pg_args *args = pg_args(ctx, &CHANGED);
    pg_add_int8(args, changed_at_us);
    return store_run_ids(pg, ctx, args, ret_ids);
}
