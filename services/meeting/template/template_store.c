#include "services/meeting/template/template_store.h"

#include "common/base/mem.h"
#include "services/meeting/host/host_store.h"
#include "services/meeting/prepared/prepared_page_store.h"

/* t is the template's row. */
#define COLUMNS "t.id, t.version, t.organization_id, t.title, t.minutes, t.kinds, t.created_at_us"

static int read_template(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, void *ret_thing)
{
    struct agenda_template *of = ret_thing;
    size_t n_kinds;
    const int32_t *kinds = pg_get_int4s(ctx, rows, row, 5, &n_kinds);
    *of = (struct agenda_template){
        .is = {.id = pg_get_uuid(rows, row, 0),
               .version = (uint64_t)pg_get_int8(rows, row, 1),
               .organization = pg_get_uuid(rows, row, 2),
               .created_at_us = pg_get_int8(rows, row, 6),
               .is_counted = true},
        .title = pg_get_text(ctx, rows, row, 3),
        .minutes = (int32_t)pg_get_int8(rows, row, 4),
    };
    for (size_t i = 0; i < n_kinds && i < TEMPLATE_KINDS; i++)
        of->kinds[of->n_kinds++] = kinds[i];
    return 7;
}

struct agenda_template *template_store_read_all(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    struct agenda_template *templates = mem_array(ctx, struct agenda_template, pg_rows(rows));
    for (size_t row = 0; row < pg_rows(rows); row++)
        (void)read_template(ctx, rows, row, &templates[row]);
    return templates;
}

/* --- a batch ------------------------------------------------------------------------------------------------------ */

static const struct pg_statement LOCK_TEMPLATES = {
    .name = "lock_templates",
    .sql = "SELECT " COLUMNS ", " HOST_COLUMNS
           " FROM agenda_template t LEFT JOIN directory_organization o ON o.id = t.organization_id"
           " WHERE t.id = ANY($1::uuid[]) ORDER BY t.id FOR UPDATE OF t"};
static const struct pg_statement COUNT_TEMPLATES = {
    .name = "count_templates",
    .sql = "SELECT n.organization_id,"
           "  (SELECT count(*) FROM agenda_template t WHERE t.organization_id = n.organization_id)"
           " FROM (SELECT unnest($1::uuid[]) AS organization_id"
           "  UNION SELECT w.organization_id FROM agenda_template w WHERE w.id = ANY($2::uuid[])) n"};
static const struct pg_statement UPSERT_TEMPLATES = {
    .name = "upsert_templates",
    .each = true,
    .sql = "INSERT INTO agenda_template(id, version, organization_id, title, minutes, kinds, created_at_us)"
           " SELECT id, version, organization_id, title, minutes, kinds::int4[], created_at_us"
           " FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::text[], $5::int4[], $6::text[], $7::int8[])"
           "  n(id, version, organization_id, title, minutes, kinds, created_at_us)"
           " ON CONFLICT (id) DO UPDATE SET version = excluded.version, title = excluded.title,"
           "  minutes = excluded.minutes, kinds = excluded.kinds"};
static const struct pg_statement DELETE_TEMPLATES = {
    .name = "delete_templates", .each = true, .sql = "DELETE FROM agenda_template WHERE id = ANY($1::uuid[])"};

static void add_template(TALLOC_CTX *ctx, struct pg_args *args, const void *thing)
{
    const struct agenda_template *of = thing;
    pg_add_uuid(args, &of->is.id);
    pg_add_int8(args, (int64_t)of->is.version);
    pg_add_uuid(args, &of->is.organization);
    pg_add_text(args, of->title);
    pg_add_int4(args, of->minutes);
    pg_add_text(args, pg_int4s_text(ctx, of->kinds, of->n_kinds));
    pg_add_int8(args, of->is.created_at_us);
}

const struct prepared_kind TEMPLATE_KIND = {
    .bytes = sizeof(struct agenda_template),
    .lock = &LOCK_TEMPLATES,
    .count = &COUNT_TEMPLATES,
    .write = &UPSERT_TEMPLATES,
    .erase = &DELETE_TEMPLATES,
    .read = read_template,
    .add = add_template,
};

/* --- queries ------------------------------------------------------------------------------------------------------ */

struct pg_result *template_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                       const struct template_filter *filter)
{
    static const struct pg_statement SELECT_TEMPLATES = {
        .name = "select_templates",
        .sql = "SELECT " COLUMNS " FROM agenda_template t WHERE " PREPARED_VISIBLE
               " AND ($3::uuid IS NULL OR t.organization_id = $3::uuid) AND ($4::uuid IS NULL OR t.id = $4::uuid)"
               " AND ($5::int8 IS NULL OR (t.created_at_us, t.id) > ($5::int8, $6::uuid))"
               " ORDER BY t.created_at_us, t.id LIMIT $7::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_TEMPLATES);
    prepared_page_store_add_scope(args, scope);
    pg_add_uuid(args, filter->organization);
    pg_add_uuid(args, filter->id);
    pg_add_int8_or_null(args, filter->has_after, filter->after.at_us);
    pg_add_uuid(args, filter->has_after ? &filter->after.id : NULL);
    pg_add_int8(args, filter->limit);
    return pg_queue(pg, args);
}
