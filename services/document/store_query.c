#include "services/document/store.h"

#include "common/base/mem.h"

/* --- who sees what (ACCESS.md, document.read) --------------------------------------------------------------------- */

/* $1 signed in, $2 heads, $3 officers, $4 the member (NULL where answers are shared), $5 and $6 the reader's places: a
 * role and where. Classification 0: public, 2: restricted; state 0: draft; role 0: every member. The same rule as
 * document_may_read. */
#define PLACES                                                                                                   \
    "WITH place AS MATERIALIZED (SELECT g.role, g.organization, coalesce(o.path, ARRAY[g.organization]) AS path" \
    " FROM unnest($5::int4[], $6::uuid[]) g(role, organization) LEFT JOIN directory_organization o ON o.id = "   \
    "g.organization) "
#define KEEPS "(d.organization_id = ANY($2::uuid[]) OR o.path && $3::uuid[])"
#define NAMED "coalesce($4::uuid = ANY(d.member_ids), false)"
#define ADDRESSED                                                                                       \
    "EXISTS (SELECT 1 FROM place p WHERE (d.roles = '{}' OR 0 = ANY(d.roles) OR p.role = ANY(d.roles))" \
    " AND (p.organization = ANY(d.organization_ids) OR (d.subtree AND p.path && d.organization_ids)))"
#define VISIBLE                                                                                            \
    "coalesce(CASE WHEN d.classification = 2 THEN (" KEEPS " AND (d.author_id = $4::uuid OR " NAMED        \
    ")) OR (d.state <> 0 AND " NAMED ")"                                                                   \
    " WHEN d.state = 0 THEN " KEEPS " ELSE (d.classification = 0 AND $1::bool) OR " ADDRESSED " OR " NAMED \
    "  OR d.organization_id = ANY($2::uuid[] || $3::uuid[]) OR (" KEEPS " AND d.author_id = $4::uuid) END, false)"
#define SEEN " FROM document d JOIN directory_organization o ON o.id = d.organization_id WHERE " VISIBLE
#define NEWEST_FIRST " ORDER BY d.listed_at_us DESC, d.id DESC"

static void add_places(TALLOC_CTX *ctx, struct pg_args *args, const struct directory_scope *scope)
{
    int32_t *roles = mem_array(ctx, int32_t, scope->n_grants + 1);
    struct uuid *organizations = mem_array(ctx, struct uuid, scope->n_grants + 1);
    size_t n = 0;
    if (scope->has_branch) {
        roles[n] = PB__ROLE__ROLE_MEMBER;
        organizations[n++] = scope->branch;
    }
    for (size_t i = 0; i < scope->n_grants; i++)
        if (uuid_from_pb(scope->grants[i]->organization_id, &organizations[n]) == ERR_OK)
            roles[n++] = (int32_t)scope->grants[i]->role;
    pg_add_int4s(args, roles, n);
    pg_add_uuids(args, organizations, n);
}

static void add_scope(TALLOC_CTX *ctx, struct pg_args *args, const struct directory_scope *scope)
{
    pg_add_bool(args, scope->has_branch || scope->has_member || scope->n_grants > 0);
    pg_add_uuids(args, scope->heads, scope->n_heads);
    pg_add_uuids(args, scope->officers, scope->n_officers);
    pg_add_uuid(args, scope->has_member ? &scope->member : NULL);
    add_places(ctx, args, scope);
}

/* --- documents ---------------------------------------------------------------------------------------------------- */

static const struct pg_statement SELECT_NAMED = {
    .name = "select_named",
    .sql = PLACES "SELECT " STORE_DOCUMENT_COLUMNS SEEN
                  " AND d.id = ANY($7::uuid[]) AND ($8::int8 IS NULL OR d.listed_at_us >= $8::int8)" NEWEST_FIRST};

static const struct pg_statement SELECT_DOCUMENTS =
    {/* states: 1 published, 2 replaced, 3 withdrawn */
     .name = "select_documents",
     .sql = PLACES
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
    add_scope(ctx, args, scope);
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
        .sql = PLACES "SELECT d.sha256, d.bytes, d.media_type, d.is_text, d.classification = 2, "
                      "unaccent(coalesce(d.number, d.title)),"
                      " (SELECT t.text FROM document_text t WHERE t.document_id = d.id)" SEEN " AND d.id = $7::uuid"};
    struct pg_args *args = pg_args(ctx, &SELECT_FILE);
    add_scope(ctx, args, scope);
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
