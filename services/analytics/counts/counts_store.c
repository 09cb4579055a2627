/* What a batch adds to organisations and their months, one statement for the whole batch, in key order; and
 * organisations that move in the tree with all that they count. The lists of columns are made from counters.def
 * (counters.h). */
#include "services/analytics/counts/counts_store.h"

#include "common/base/array.h"
#include "contract_numbers.h"

/* An audience is documents_addressed × members: whoever adds to one factor adds it times what the other one is at that
 * moment. */

/* --- months ------------------------------------------------------------------------------------------------------ */

/* Ends a statement that begins with `moved`, whose rows are added to every organisation of their path. */
#define ADD_TO_ORG_MONTH                                                                    \
    " INSERT INTO org_month AS s(organization_id, month, documents_audience," ORG_MONTH ")" \
    " SELECT a.id, m.month, sum(m.documents_audience)," ORG_MONTH_SUMS                      \
    " FROM moved m CROSS JOIN unnest(m.path) AS a(id)"                                      \
    " GROUP BY a.id, m.month"                                                               \
    " ORDER BY a.id, m.month"                                                               \
    " ON CONFLICT (organization_id, month) DO UPDATE SET"                                   \
    "   documents_audience = s.documents_audience + excluded.documents_audience," ORG_MONTH_ADD

/* A branch with two regular meetings in a month is one branch that registered. `w` is the row as it was, `d` what is
 * added to it. */
#define MORE_BRANCHES_OF(own, column) \
    ", coalesce(t.branches, 0)"       \
    "    * (least(coalesce(w." #own ", 0) + d." #own ", 1) - least(coalesce(w." #own ", 0), 1)) AS " #column
#define MORE_BRANCHES OWN_MONTH_BRANCHES(MORE_BRANCHES_OF)

static const struct pg_statement ADD_MONTHS = {
    .name = "analytics_add_months",
    .each = true,
    .sql = "WITH delta AS MATERIALIZED ("
           "  SELECT * FROM unnest($1::uuid[], $2::int4[], " OWN_MONTH_ARRAYS ")"
           "    AS u(organization_id, month, " OWN_MONTH ")),"
           " own AS ("
           "  INSERT INTO own_month AS o(organization_id, month, " OWN_MONTH ")"
           "  SELECT * FROM delta"
           "  ORDER BY organization_id, month"
           "  ON CONFLICT (organization_id, month) DO UPDATE SET " OWN_MONTH_ADD "),"
           " moved AS ("
           "  SELECT d.*, coalesce(t.path, ARRAY[d.organization_id]) AS path, 0 AS documents_audience" MORE_BRANCHES
           "  FROM delta d LEFT JOIN own_month w USING (organization_id, month)"
           "    LEFT JOIN own_total t USING (organization_id))" ADD_TO_ORG_MONTH};

struct pg_args *counts_store_months(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &ADD_MONTHS);
}

void counts_store_add_month(struct pg_args *args, const struct uuid *org, int32_t month,
                            const struct month_counts *counts)
{
    pg_add_uuid(args, org);
    pg_add_int4(args, month);
    for (int i = 0; i < MONTH_COUNTERS; i++)
        pg_add_int4(args, counts->n[i]);
}

/* --- totals ------------------------------------------------------------------------------------------------------ */

/* As ADD_TO_ORG_MONTH. */
#define ADD_TO_ORG_TOTAL                                                                  \
    " INSERT INTO org_total AS s(organization_id, organizations, branches," ORG_TOTAL ")" \
    " SELECT a.id, sum(m.organizations), sum(m.branches)," ORG_TOTAL_SUMS                 \
    " FROM moved m CROSS JOIN unnest(m.path) AS a(id)"                                    \
    " GROUP BY a.id"                                                                      \
    " ORDER BY a.id"                                                                      \
    " ON CONFLICT (organization_id) DO UPDATE SET"                                        \
    "   organizations = s.organizations + excluded.organizations,"                        \
    "   branches = s.branches + excluded.branches," ORG_TOTAL_ADD

static const struct pg_statement ADD_TOTALS = {
    .name = "analytics_add_totals",
    .each = true,
    .sql = "WITH delta AS MATERIALIZED ("
           "  SELECT * FROM unnest($1::uuid[], " OWN_TOTAL_ARRAYS ") AS u(organization_id, " OWN_TOTAL ")),"
           " own AS ("
           "  INSERT INTO own_total AS o(organization_id, path, " OWN_TOTAL ")"
           "  SELECT organization_id, ARRAY[organization_id], " OWN_TOTAL "  FROM delta"
           "  ORDER BY organization_id"
           "  ON CONFLICT (organization_id) DO UPDATE SET " OWN_TOTAL_ADD "),"
           " moved AS ("
           "  SELECT d.*, coalesce(t.path, ARRAY[d.organization_id]) AS path, 0 AS organizations, 0 AS branches"
           "  FROM delta d LEFT JOIN own_total t USING (organization_id)),"
           " total AS (" ADD_TO_ORG_TOTAL ")"
           /* Documents that are addressed to the whole branch have as many readers more. */
           " INSERT INTO org_month AS s(organization_id, month, documents_audience)"
           " SELECT a.id, m.month, sum(m.documents_addressed * v.members)"
           " FROM moved v JOIN own_month m USING (organization_id) CROSS JOIN unnest(v.path) AS a(id)"
           " WHERE v.members <> 0 AND m.documents_addressed <> 0"
           " GROUP BY a.id, m.month"
           " ORDER BY a.id, m.month"
           " ON CONFLICT (organization_id, month) DO UPDATE SET"
           "   documents_audience = s.documents_audience + excluded.documents_audience"};

struct pg_args *counts_store_totals(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &ADD_TOTALS);
}

void counts_store_add_total(struct pg_args *args, const struct uuid *org, const struct total_counts *counts)
{
    pg_add_uuid(args, org);
    for (int i = 0; i < TOTAL_COUNTERS; i++)
        pg_add_int4(args, counts->n[i]);
}

/* --- moves ------------------------------------------------------------------------------------------------------- */

/* The organisations of $1 that count otherwise than they are to, where they stand in the tree or as whether they are
 * active: once as they counted, with sign -1, and once as they are to count. */
#define COUNTS_AS_ORGANIZATION "(d.state = " SQL_ORGANIZATION_STATE_ACTIVE ")::int4"
#define COUNTS_AS_BRANCH "(d.state = " SQL_ORGANIZATION_STATE_ACTIVE " AND d.level = " SQL_LEVEL_BRANCH ")::int4"
#define MOVE                                                                                         \
    "WITH move AS MATERIALIZED ("                                                                    \
    "  SELECT d.id AS organization_id, side.*"                                                       \
    "  FROM directory_organization d LEFT JOIN own_total t ON t.organization_id = d.id"              \
    "  CROSS JOIN LATERAL (VALUES"                                                                   \
    "    (-1, coalesce(t.path, ARRAY[d.id]), coalesce(t.organizations, 0), coalesce(t.branches, 0)," \
    "      coalesce(t.members, 0)),"                                                                 \
    "    (1, d.path, " COUNTS_AS_ORGANIZATION ", " COUNTS_AS_BRANCH ", coalesce(t.members, 0)))"     \
    "    AS side(sign, path, organizations, branches, members)"                                      \
    "  WHERE d.id = ANY($1::uuid[]) AND (t.path, t.organizations, t.branches) IS DISTINCT FROM"      \
    "    (d.path, " COUNTS_AS_ORGANIZATION ", " COUNTS_AS_BRANCH ")),"

#define SIGNED_BRANCHES_OF(own, column) ", v.sign * v.branches * least(m." #own ", 1) AS " #column
#define SIGNED_BRANCHES OWN_MONTH_BRANCHES(SIGNED_BRANCHES_OF)

static const struct pg_statement MOVE_MONTHS = {
    .name = "analytics_move_months",
    .sql = MOVE " moved AS ("
                "  SELECT v.path, m.month, " OWN_MONTH_SIGNED SIGNED_BRANCHES ","
                "    v.sign * (m.documents_addressed * v.members + m.documents_named) AS documents_audience"
                "  FROM move v JOIN own_month m USING (organization_id))" ADD_TO_ORG_MONTH};

static const struct pg_statement MOVE_TOTALS = {
    .name = "analytics_move_totals",
    .sql = MOVE
    " own AS ("
    "  INSERT INTO own_total(organization_id, path, organizations, branches)"
    "  SELECT organization_id, path, organizations, branches FROM move WHERE sign = 1"
    "  ORDER BY organization_id"
    "  ON CONFLICT (organization_id) DO UPDATE SET"
    "    path = excluded.path, organizations = excluded.organizations, branches = excluded.branches),"
    " moved AS ("
    "  SELECT v.path, v.sign * v.organizations AS organizations, v.sign * v.branches AS branches, " OWN_TOTAL_SIGNED
    "  FROM move v LEFT JOIN own_total t USING (organization_id))" ADD_TO_ORG_TOTAL};

void counts_store_move(struct pg *pg, TALLOC_CTX *ctx, const struct uuid orgs[], size_t n)
{
    /* months first: they look up the old path */
    const struct pg_statement *statements[] = {&MOVE_MONTHS, &MOVE_TOTALS};
    for (size_t i = 0; n > 0 && i < ARRAY_LENGTH(statements); i++) {
        struct pg_args *args = pg_args(ctx, statements[i]);
        pg_add_uuids(args, orgs, n);
        pg_queue(pg, args);
    }
}

/* --- nodes and turns --------------------------------------------------------------------------------------------- */

static const struct pg_statement READ_NODES = {
    .name = "analytics_read_nodes",
    .sql = "SELECT organization_id, path, organizations = 1, branches = 1 FROM own_total"
           " WHERE organization_id = ANY($1::uuid[])"};

struct pg_result *counts_store_nodes(struct pg *pg, TALLOC_CTX *ctx, const struct uuid orgs[], size_t n)
{
    return pg_queue_ids(pg, ctx, &READ_NODES, orgs, n);
}

static const struct pg_statement LOCK = {.name = "analytics_lock", .sql = "SELECT pg_advisory_xact_lock(7363827103)"};

void counts_store_lock(struct pg *pg, TALLOC_CTX *ctx)
{
    pg_queue(pg, pg_args(ctx, &LOCK));
}
