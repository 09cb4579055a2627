#include "services/document/store.h"

#include "common/base/mem.h"

/* What the reader may read: the statement's first parameters are his. */
#define SEEN " FROM document d JOIN directory_organization o ON o.id = d.organization_id WHERE " AUDIENCE_VISIBLE
#define NEWEST_FIRST " ORDER BY d.listed_at_us DESC, d.id DESC"

/* --- documents ---------------------------------------------------------------------------------------------------- */

static const struct pg_statement SELECT_NAMED = {
    .name = "select_named",
    .sql = AUDIENCE_READER
    "SELECT " STORE_DOCUMENT_COLUMNS SEEN
    " AND d.id = ANY($7::uuid[]) AND ($8::int8 IS NULL OR d.listed_at_us >= $8::int8)" NEWEST_FIRST};

static const struct pg_statement SELECT_DOCUMENTS =
    {/* states: 1 published, 2 replaced, 3 withdrawn */
     .name = "select_documents",
     .sql = AUDIENCE_READER
     "SELECT " STORE_DOCUMENT_COLUMNS SEEN
     " AND ($7::int8 IS NULL OR d.listed_at_us >= $7::int8) AND ($8::uuid IS NULL OR $8::uuid = ANY(o.path))"
     " AND ($9::int4 IS NULL OR d.kind = $9::int4)"
     " AND ($10::bool IS NULL OR (CASE WHEN $10::bool THEN d.state = 1 ELSE d.state IN (2, 3) END))"
     " AND ($11::int4 IS NULL OR d.dated_on >= $11::int4) AND ($12::int4 IS NULL OR d.dated_on <= $12::int4)"
     " AND ($13::text IS NULL OR strpos(d.search, lower(unaccent($13::text))) > 0)"
     " AND ($14::int8 IS NULL OR (d.listed_at_us, d.id) < ($14::int8, $15::uuid))" NEWEST_FIRST " LIMIT $16::int8"};

static void add_int4_or_null(struct pg_args *args, bool has, int32_t value)
{
    if (has)
        pg_add_int4(args, value);
    else
        pg_add_null(args);
}

static void add_filter(struct pg_args *args, const struct document_filter *filter)
{
    pg_add_int8_or_null(args, filter->has_since, filter->since_us);
    pg_add_uuid(args, filter->organization);
    add_int4_or_null(args, filter->has_kind, filter->kind);
    if (filter->has_in_force)
        pg_add_bool(args, filter->in_force);
    else
        pg_add_null(args);
    add_int4_or_null(args, filter->has_from, filter->from);
    add_int4_or_null(args, filter->has_to, filter->to);
    pg_add_text(args, filter->q);
    pg_add_int8_or_null(args, filter->has_before, filter->before_us);
    pg_add_uuid(args, filter->has_before ? &filter->before_id : NULL);
    pg_add_int8(args, filter->limit);
}

struct pg_result *store_queue_documents(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                        const struct document_filter *filter)
{
    bool is_named = filter->n_ids > 0;
    struct pg_args *args = pg_args(ctx, is_named ? &SELECT_NAMED : &SELECT_DOCUMENTS);
    audience_store_add_reader(ctx, args, scope);
    if (is_named) {
        pg_add_uuids(args, filter->ids, filter->n_ids);
        pg_add_int8_or_null(args, filter->has_since, filter->since_us);
    } else {
        add_filter(args, filter);
    }
    return pg_queue(pg, args);
}

/* --- files -------------------------------------------------------------------------------------------------------- */

struct pg_result *store_queue_file(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                   const struct uuid *document)
{
    static const struct pg_statement SELECT_FILE = {
        .name = "select_file",
        .sql = AUDIENCE_READER "SELECT d.sha256, d.bytes, d.media_type, d.is_text, d.classification = 2, "
                               "unaccent(coalesce(d.number, d.title)),"
                               " (SELECT t.text FROM document_text t WHERE t.document_id = d.id)" SEEN
                               " AND d.id = $7::uuid"};
    struct pg_args *args = pg_args(ctx, &SELECT_FILE);
    audience_store_add_reader(ctx, args, scope);
    pg_add_uuid(args, document);
    return pg_queue(pg, args);
}

void store_read_file(TALLOC_CTX *ctx, const struct pg_result *rows, struct store_file *ret_file)
{
    store_read_content(ctx, rows, 0, 0, &ret_file->content);
    ret_file->content.text = pg_get_text(ctx, rows, 0, 6);
    ret_file->restricted = pg_get_bool(rows, 0, 4);
    ret_file->name = pg_get_text(ctx, rows, 0, 5);
}

/* --- beside ------------------------------------------------------------------------------------------------------- */

enum err store_next_published(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *after, int64_t limit,
                              struct pg_result **ret_rows)
{
    static const struct pg_statement SELECT_PUBLISHED = {
        /* state 0: draft */
        .name = "select_published",
        .sql = "SELECT " STORE_DOCUMENT_COLUMNS
               " FROM document d WHERE d.state <> 0 AND d.id > $1::uuid ORDER BY d.id LIMIT $2::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_PUBLISHED);
    pg_add_uuid(args, after);
    pg_add_int8(args, limit);
    return pg_run(pg, args, ret_rows);
}
