#include "services/analytics/reading/reader_store.h"

#include "contract_numbers.h"
#include "services/directory/audience_store.h"

/* m is a member of the audience, r what he read of the subject $1. A UNION, so that the plan goes by the keys. */
#define READERS                                                                                                 \
    " FROM directory_member m LEFT JOIN fact_read r ON r.member_id = m.id AND r.subject_id = $1::uuid"          \
    " WHERE m.status <> " SQL_MEMBER_STATUS_LEFT " AND m.id IN ("                                               \
    "   SELECT b.id FROM directory_member b WHERE b.branch_id = $2::uuid"                                       \
    "   UNION SELECT p.member_id FROM directory_position p WHERE p.organization_id = $3::uuid"                  \
    "     AND p.role IN (" SQL_ROLE_DEPUTY_SECRETARY ", " SQL_ROLE_SECRETARY ", " SQL_ROLE_COMMITTEE_MEMBER ")" \
    "     AND p.to_us IS NULL"                                                                                  \
    "   UNION SELECT unnest($4::uuid[]))"

/* Of a name: what people are called by, and all of it. */
#define ORDER(name) "regexp_replace(" name ", '^.* ', '') COLLATE \"vi-x-icu\", " name " COLLATE \"vi-x-icu\""

static void add_audience(struct pg_args *args, const struct uuid *subject, const struct reader_audience *audience)
{
    pg_add_uuid(args, subject);
    pg_add_uuid(args, audience->branch);
    pg_add_uuid(args, audience->committee);
    pg_add_uuids(args, audience->members, audience->n_members);
}

struct pg_result *reader_store_count(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *subject,
                                     const struct reader_audience *audience)
{
    static const struct pg_statement COUNT_READERS = {.name = "analytics_count_readers",
                                                      .sql = "SELECT count(*), count(r.read_at_us)" READERS};
    struct pg_args *args = pg_args(ctx, &COUNT_READERS);
    add_audience(args, subject, audience);
    return pg_queue(pg, args);
}

/* The parameters behind those of the audience: `read`, `after` and `limit`. */
#define PAGE(read, after, limit)                                                                                  \
    " AND (" read "::bool IS NULL OR (r.read_at_us IS NOT NULL) = " read "::bool)"                                \
    " AND (" after "::uuid IS NULL OR (" ORDER(                                                                   \
        "m.full_name") ", m.id) >"                                                                                \
                       "   (SELECT " ORDER("a.full_name") ", a.id FROM directory_member a WHERE a.id = " after    \
                                                          "::uuid))"                                              \
                                                          " ORDER BY " ORDER("m.full_name") ", m.id LIMIT " limit \
                                                                                            "::int8"

static void add_page(struct pg_args *args, const struct reader_page *page)
{
    if (page->has_read)
        pg_add_bool(args, page->read);
    else
        pg_add_null(args);
    pg_add_uuid(args, page->after);
    pg_add_int8(args, page->limit);
}

struct pg_result *reader_store_page(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *subject,
                                    const struct reader_audience *audience, const struct reader_page *page)
{
    static const struct pg_statement PAGE_READERS = {
        .name = "analytics_page_readers",
        .sql = "SELECT m.id, m.full_name, r.read_at_us" READERS PAGE("$5", "$6", "$7")};
    struct pg_args *args = pg_args(ctx, &PAGE_READERS);
    add_audience(args, subject, audience);
    add_page(args, page);
    return pg_queue(pg, args);
}

/* --- within an organisation --------------------------------------------------------------------------------------- */

/* Whom an audience holds, $3 to $6, as audience_store.h says it, within organisation $2. */
#define AUDIENCE \
    "(SELECT $3::uuid[] AS organization_ids, $4::bool AS subtree, $5::int4[] AS roles, $6::uuid[] AS member_ids) a"
/* A position that member m holds, at h, and that the audience asks for. */
#define POSITIONS " directory_position p JOIN directory_organization h ON h.id = p.organization_id"
#define IS_ASKED " p.to_us IS NULL AND " AUDIENCE_ASKS("a", "p.role") " AND " AUDIENCE_COVERS_HIS("a", "h.id", "h.path")
#define IS_WHOLE AUDIENCE_ASKS_NO_ROLE("a") " AND " AUDIENCE_COVERS_HIS("a", "o.id", "o.path")

/* A branch: of each of its members it is asked, so that any plan is quick. */
#define READERS_OF_BRANCH                                                                     \
    " FROM " AUDIENCE ", directory_member m JOIN directory_organization o ON o.id = m.branch_id" \
    " LEFT JOIN fact_read r ON r.member_id = m.id AND r.subject_id = $1::uuid"                \
    " WHERE m.branch_id = $2::uuid AND m.status <> " SQL_MEMBER_STATUS_LEFT                   \
    "  AND ((" IS_WHOLE ") OR " AUDIENCE_NAMES("a", "m.id")                                   \
    "   OR EXISTS (SELECT 1 FROM " POSITIONS " WHERE p.member_id = m.id AND " IS_ASKED "))"

static void add_within(struct pg_args *args, const struct uuid *subject, const struct reader_audience_within *within)
{
    const struct audience *audience = &within->audience;
    pg_add_uuid(args, subject);
    pg_add_uuid(args, within->organization);
    pg_add_uuids(args, audience->organizations, audience->n_organizations);
    pg_add_bool(args, audience->subtree);
    pg_add_int4s(args, audience->roles, audience->n_roles);
    pg_add_uuids(args, audience->members, audience->n_members);
}

/* Of more: branches that it holds as a whole, and of the others whom positions or their names bring. */
struct pg_result *reader_store_count_within(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *subject,
                                            const struct reader_audience_within *within)
{
    static const struct pg_statement COUNT_OF_BRANCH = {
        .name = "analytics_count_readers_of_branch",
        .sql = "SELECT count(*), count(r.read_at_us)" READERS_OF_BRANCH};
    static const struct pg_statement COUNT_WITHIN = {
        .name = "analytics_count_readers_within",
        .sql = "WITH b AS MATERIALIZED (SELECT o.id, " IS_WHOLE " AS is_whole"
               "  FROM " AUDIENCE ", directory_organization o WHERE o.path @> ARRAY[$2::uuid]),"
               " m AS (SELECT m.id, m.status FROM b JOIN directory_member m ON m.branch_id = b.id WHERE b.is_whole"
               "  UNION ALL (SELECT m.id, m.status FROM " AUDIENCE
               ", b JOIN directory_member m ON m.branch_id = b.id AND NOT b.is_whole"
               "    JOIN (" POSITIONS ") ON p.member_id = m.id WHERE" IS_ASKED
               "   UNION SELECT m.id, m.status FROM b JOIN directory_member m ON m.branch_id = b.id"
               "    WHERE NOT b.is_whole AND m.id = ANY($6::uuid[])))"
               " SELECT count(*), count(r.read_at_us) FROM m"
               " LEFT JOIN fact_read r ON r.member_id = m.id AND r.subject_id = $1::uuid"
               " WHERE m.status <> " SQL_MEMBER_STATUS_LEFT};
    struct pg_args *args = pg_args(ctx, within->is_branch ? &COUNT_OF_BRANCH : &COUNT_WITHIN);
    add_within(args, subject, within);
    return pg_queue(pg, args);
}

struct pg_result *reader_store_page_of_branch(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *subject,
                                              const struct reader_audience_within *within,
                                              const struct reader_page *page)
{
    static const struct pg_statement PAGE_OF_BRANCH = {
        .name = "analytics_page_readers_of_branch",
        .sql = "SELECT m.id, m.full_name, r.read_at_us" READERS_OF_BRANCH PAGE("$7", "$8", "$9")};
    struct pg_args *args = pg_args(ctx, &PAGE_OF_BRANCH);
    add_within(args, subject, within);
    add_page(args, page);
    return pg_queue(pg, args);
}
