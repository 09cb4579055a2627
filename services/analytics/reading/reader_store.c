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

/* The same of whom an audience holds, $3 to $6, as audience_store.h says it, within organisation $2: each arm begins
 * with that one's members, so that a branch costs its own. */
#define AUDIENCE \
    "(SELECT $3::uuid[] AS organization_ids, $4::bool AS subtree, $5::int4[] AS roles, $6::uuid[] AS member_ids) a"
#define WITHIN " directory_organization o JOIN directory_member m ON m.branch_id = o.id"
#define IS_WITHIN "o.path @> ARRAY[$2::uuid]"
#define READERS_WITHIN                                                                                                \
    " FROM directory_member m LEFT JOIN fact_read r ON r.member_id = m.id AND r.subject_id = $1::uuid"                \
    " WHERE m.status <> " SQL_MEMBER_STATUS_LEFT " AND m.id IN ("                                                     \
    "   SELECT m.id FROM " AUDIENCE "," WITHIN "    WHERE " IS_WITHIN                                                 \
    " AND " AUDIENCE_ASKS_NO_ROLE("a") " AND " AUDIENCE_COVERS(                                                       \
        "a", "o.id",                                                                                                  \
        "o.path") "   UNION SELECT m.id FROM " AUDIENCE "," WITHIN " JOIN directory_position p ON p.member_id = m.id" \
                  "    JOIN directory_organization h ON h.id = p.organization_id"                                     \
                  "    WHERE " IS_WITHIN                                                                              \
                  " AND p.to_us IS NULL AND " AUDIENCE_ASKS("a", "p.role") "     AND " AUDIENCE_COVERS_HIS(           \
                      "a", "h.id", "h.path") "   UNION SELECT m.id FROM " WITHIN " WHERE " IS_WITHIN                  \
                                             " AND m.id = ANY($6::uuid[]))"

/* The same for counting, without names. Whom the first arm holds (IS_WHOLE) the others leave out, so that a city's
 * members are not sorted to find those who are there twice: that is done for those with a position or a name alone. */
#define IS_WHOLE "(" AUDIENCE_ASKS_NO_ROLE("a") " AND " AUDIENCE_COVERS("a", "o.id", "o.path") ")"
#define IS_HERE " WHERE " IS_WITHIN " AND m.status <> " SQL_MEMBER_STATUS_LEFT
#define COUNTED_WITHIN                                                                                         \
    "(SELECT m.id FROM " AUDIENCE "," WITHIN IS_HERE " AND " IS_WHOLE " UNION ALL (SELECT m.id FROM " AUDIENCE \
    "," WITHIN " JOIN directory_position p ON p.member_id = m.id"                                              \
    "   JOIN directory_organization h ON h.id = p.organization_id" IS_HERE " AND NOT " IS_WHOLE                \
    "   AND p.to_us IS NULL AND " AUDIENCE_ASKS("a", "p.role") "   AND " AUDIENCE_COVERS_HIS(                  \
        "a", "h.id", "h.path") "  UNION SELECT m.id FROM " AUDIENCE "," WITHIN IS_HERE " AND NOT " IS_WHOLE    \
                               " AND m.id = ANY($6::uuid[])))"

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

struct pg_result *reader_store_members(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *organization)
{
    static const struct pg_statement MEMBERS = {
        .name = "analytics_members_of",
        .sql = "SELECT coalesce((SELECT members FROM org_total WHERE organization_id = $1::uuid), 0)"};
    struct pg_args *args = pg_args(ctx, &MEMBERS);
    pg_add_uuid(args, organization);
    return pg_queue(pg, args);
}

struct pg_result *reader_store_count_within(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *subject,
                                            const struct reader_audience_within *within)
{
    static const struct pg_statement COUNT_WITHIN = {
        .name = "analytics_count_readers_within",
        .sql = "SELECT count(*), count(r.read_at_us) FROM " COUNTED_WITHIN " m"
               " LEFT JOIN fact_read r ON r.member_id = m.id AND r.subject_id = $1::uuid"};
    struct pg_args *args = pg_args(ctx, &COUNT_WITHIN);
    add_within(args, subject, within);
    return pg_queue(pg, args);
}

struct pg_result *reader_store_page_within(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *subject,
                                           const struct reader_audience_within *within, const struct reader_page *page)
{
    static const struct pg_statement PAGE_WITHIN = {
        .name = "analytics_page_readers_within",
        .sql = "SELECT m.id, m.full_name, r.read_at_us" READERS_WITHIN PAGE("$7", "$8", "$9")};
    struct pg_args *args = pg_args(ctx, &PAGE_WITHIN);
    add_within(args, subject, within);
    add_page(args, page);
    return pg_queue(pg, args);
}
