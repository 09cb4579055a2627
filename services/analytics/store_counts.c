/* Counters: what a batch adds to organisations and their months, one statement for the whole batch, in key order; and
 * organisations that move in the tree with all that they count. Every statement sees what the one before it left. */
#include "services/analytics/store.h"

/* An audience is documents_addressed × members: whoever adds to one factor adds it times what the other one is at that
 * moment. */

/* --- months ------------------------------------------------------------------------------------------------------- */

static const struct pg_statement ADD_MONTHS = {
    .name = "analytics_add_months",
    .each = true,
    .sql = "WITH delta AS MATERIALIZED ("
           "  SELECT * FROM unnest($1::uuid[], $2::int4[], $3::int4[], $4::int4[], $5::int4[], $6::int4[], $7::int4[], "
           "$8::int4[],"
           "      $9::int4[], $10::int4[], $11::int4[])"
           "    AS u(organization_id, month, registered, on_time, held, cancelled, regular, regular_held, "
           "documents_published,"
           "      documents_read, comments)),"
           " own AS ("
           "  INSERT INTO own_month AS o(organization_id, month, registered, on_time, held, cancelled, regular, "
           "regular_held,"
           "    documents_published, documents_read, comments)"
           "  SELECT * FROM delta"
           "  ORDER BY organization_id, month"
           "  ON CONFLICT (organization_id, month) DO UPDATE SET"
           "    registered = o.registered + excluded.registered,"
           "    on_time = o.on_time + excluded.on_time,"
           "    held = o.held + excluded.held,"
           "    cancelled = o.cancelled + excluded.cancelled,"
           "    regular = o.regular + excluded.regular,"
           "    regular_held = o.regular_held + excluded.regular_held,"
           "    documents_published = o.documents_published + excluded.documents_published,"
           "    documents_read = o.documents_read + excluded.documents_read,"
           "    comments = o.comments + excluded.comments),"
           /* A branch with two regular meetings in a month is one branch that registered. `w` is the row as it was. */
           " moved AS ("
           "  SELECT d.*, coalesce(t.path, ARRAY[d.organization_id]) AS path, coalesce(t.branches, 0)"
           "      * (least(coalesce(w.regular, 0) + d.regular, 1) - least(coalesce(w.regular, 0), 1)) AS "
           "branches_registered,"
           "    coalesce(t.branches, 0)"
           "      * (least(coalesce(w.regular_held, 0) + d.regular_held, 1) - least(coalesce(w.regular_held, 0), 1)) "
           "AS branches_held"
           "  FROM delta d LEFT JOIN own_month w USING (organization_id, month) LEFT JOIN own_total t USING "
           "(organization_id))"
           " INSERT INTO org_month AS s(organization_id, month, registered, on_time, held, cancelled, "
           "branches_registered, branches_held,"
           "   documents_published, documents_read, comments)"
           " SELECT a.id, m.month, sum(m.registered), sum(m.on_time), sum(m.held), sum(m.cancelled), "
           "sum(m.branches_registered),"
           "   sum(m.branches_held), sum(m.documents_published), sum(m.documents_read), sum(m.comments)"
           " FROM moved m CROSS JOIN unnest(m.path) AS a(id)"
           " GROUP BY a.id, m.month"
           " ORDER BY a.id, m.month"
           " ON CONFLICT (organization_id, month) DO UPDATE SET"
           "   registered = s.registered + excluded.registered,"
           "   on_time = s.on_time + excluded.on_time,"
           "   held = s.held + excluded.held,"
           "   cancelled = s.cancelled + excluded.cancelled,"
           "   branches_registered = s.branches_registered + excluded.branches_registered,"
           "   branches_held = s.branches_held + excluded.branches_held,"
           "   documents_published = s.documents_published + excluded.documents_published,"
           "   documents_read = s.documents_read + excluded.documents_read,"
           "   comments = s.comments + excluded.comments"};

struct pg_args *store_month_counts(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &ADD_MONTHS);
}

void store_add_month(struct pg_args *args, const struct uuid *org, int32_t month, const struct analytics_month *counts)
{
    pg_add_uuid(args, org);
    pg_add_int4(args, month);
    for (int i = 0; i < MONTH_FIELDS; i++)
        pg_add_int4(args, counts->n[i]);
}

/* --- totals ------------------------------------------------------------------------------------------------------- */

static const struct pg_statement ADD_TOTALS = {
    .name = "analytics_add_totals",
    .each = true,
    .sql = "WITH delta AS MATERIALIZED ("
           "  SELECT * FROM unnest($1::uuid[], $2::int4[], $3::int4[], $4::int4[], $5::int4[], $6::int4[], $7::int4[])"
           "    AS u(organization_id, members, exempt, attendance_base, activated, installed, active_30d)),"
           " own AS ("
           "  INSERT INTO own_total AS o(organization_id, path, members, exempt, attendance_base, activated, "
           "installed, active_30d)"
           "  SELECT organization_id, ARRAY[organization_id], members, exempt, attendance_base, activated, installed, "
           "active_30d"
           "  FROM delta"
           "  ORDER BY organization_id"
           "  ON CONFLICT (organization_id) DO UPDATE SET"
           "    members = o.members + excluded.members,"
           "    exempt = o.exempt + excluded.exempt,"
           "    attendance_base = o.attendance_base + excluded.attendance_base,"
           "    activated = o.activated + excluded.activated,"
           "    installed = o.installed + excluded.installed,"
           "    active_30d = o.active_30d + excluded.active_30d),"
           " moved AS ("
           "  SELECT d.*, coalesce(t.path, ARRAY[d.organization_id]) AS path"
           "  FROM delta d LEFT JOIN own_total t USING (organization_id)),"
           " total AS ("
           "  INSERT INTO org_total AS s(organization_id, members, exempt, attendance_base, activated, installed, "
           "active_30d)"
           "  SELECT a.id, sum(v.members), sum(v.exempt), sum(v.attendance_base), sum(v.activated), sum(v.installed), "
           "sum(v.active_30d)"
           "  FROM moved v CROSS JOIN unnest(v.path) AS a(id)"
           "  GROUP BY a.id"
           "  ORDER BY a.id"
           "  ON CONFLICT (organization_id) DO UPDATE SET"
           "    members = s.members + excluded.members,"
           "    exempt = s.exempt + excluded.exempt,"
           "    attendance_base = s.attendance_base + excluded.attendance_base,"
           "    activated = s.activated + excluded.activated,"
           "    installed = s.installed + excluded.installed,"
           "    active_30d = s.active_30d + excluded.active_30d)"
           /* Documents that are addressed to the whole branch have as many readers more. */
           " INSERT INTO org_month AS s(organization_id, month, documents_audience)"
           " SELECT a.id, m.month, sum(m.documents_addressed * v.members)"
           " FROM moved v JOIN own_month m USING (organization_id) CROSS JOIN unnest(v.path) AS a(id)"
           " WHERE v.members <> 0 AND m.documents_addressed <> 0"
           " GROUP BY a.id, m.month"
           " ORDER BY a.id, m.month"
           " ON CONFLICT (organization_id, month) DO UPDATE SET documents_audience = s.documents_audience + "
           "excluded.documents_audience"};

struct pg_args *store_total_counts(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &ADD_TOTALS);
}

void store_add_total(struct pg_args *args, const struct uuid *org, const struct analytics_total *counts)
{
    pg_add_uuid(args, org);
    for (int i = 0; i < TOTAL_FIELDS; i++)
        pg_add_int4(args, counts->n[i]);
}

/* --- moves -------------------------------------------------------------------------------------------------------- */

/* The organisations of $1 whose place in the tree is not the one that they count under: once as they counted, with sign
 * -1, and once as they are to count. Level 3: a branch. */
#define MOVE                                                                                          \
    "WITH move AS MATERIALIZED ("                                                                     \
    "  SELECT d.id AS organization_id, side.*"                                                        \
    "  FROM directory_organization d LEFT JOIN own_total t ON t.organization_id = d.id"               \
    "  CROSS JOIN LATERAL (VALUES"                                                                    \
    "    (-1, coalesce(t.path, ARRAY[d.id]), coalesce(t.organizations, 0), coalesce(t.branches, 0), " \
    "coalesce(t.members, 0)),"                                                                        \
    "    (1, d.path, 1, (d.level = 3)::int4, coalesce(t.members, 0)))"                                \
    "    AS side(sign, path, organizations, branches, members)"                                       \
    "  WHERE d.id = ANY($1::uuid[])"                                                                  \
    "  AND (t.path IS DISTINCT FROM d.path OR t.organizations <> 1 OR t.branches <> (d.level = 3)::int4))"

static const struct pg_statement MOVE_MONTHS = {
    .name = "analytics_move_months",
    .sql = MOVE
    " INSERT INTO org_month AS s(organization_id, month, registered, on_time, held, cancelled, branches_registered, "
    "branches_held,"
    "   documents_published, documents_audience, documents_read, comments)"
    " SELECT a.id, m.month, sum(v.sign * m.registered), sum(v.sign * m.on_time), sum(v.sign * m.held), sum(v.sign * "
    "m.cancelled),"
    "   sum(v.sign * v.branches * least(m.regular, 1)), sum(v.sign * v.branches * least(m.regular_held, 1)),"
    "   sum(v.sign * m.documents_published), sum(v.sign * (m.documents_addressed * v.members + m.documents_named)),"
    "   sum(v.sign * m.documents_read), sum(v.sign * m.comments)"
    " FROM move v JOIN own_month m USING (organization_id) CROSS JOIN unnest(v.path) AS a(id)"
    " GROUP BY a.id, m.month"
    " ORDER BY a.id, m.month"
    " ON CONFLICT (organization_id, month) DO UPDATE SET"
    "   registered = s.registered + excluded.registered,"
    "   on_time = s.on_time + excluded.on_time,"
    "   held = s.held + excluded.held,"
    "   cancelled = s.cancelled + excluded.cancelled,"
    "   branches_registered = s.branches_registered + excluded.branches_registered,"
    "   branches_held = s.branches_held + excluded.branches_held,"
    "   documents_published = s.documents_published + excluded.documents_published,"
    "   documents_audience = s.documents_audience + excluded.documents_audience,"
    "   documents_read = s.documents_read + excluded.documents_read,"
    "   comments = s.comments + excluded.comments"};

static const struct pg_statement MOVE_TOTALS = {
    .name = "analytics_move_totals",
    .sql = MOVE ", own AS ("
                "  INSERT INTO own_total(organization_id, path, organizations, branches)"
                "  SELECT organization_id, path, organizations, branches FROM move WHERE sign = 1"
                "  ORDER BY organization_id"
                "  ON CONFLICT (organization_id) DO UPDATE SET"
                "    path = excluded.path, organizations = excluded.organizations, branches = excluded.branches)"
                " INSERT INTO org_total AS s(organization_id, organizations, branches, members, exempt, "
                "attendance_base, activated, installed,"
                "   active_30d)"
                " SELECT a.id, sum(v.sign * v.organizations), sum(v.sign * v.branches), sum(v.sign * v.members),"
                "   coalesce(sum(v.sign * t.exempt), 0), coalesce(sum(v.sign * t.attendance_base), 0), "
                "coalesce(sum(v.sign * t.activated), 0),"
                "   coalesce(sum(v.sign * t.installed), 0), coalesce(sum(v.sign * t.active_30d), 0)"
                " FROM move v LEFT JOIN own_total t USING (organization_id) CROSS JOIN unnest(v.path) AS a(id)"
                " GROUP BY a.id"
                " ORDER BY a.id"
                " ON CONFLICT (organization_id) DO UPDATE SET"
                "   organizations = s.organizations + excluded.organizations,"
                "   branches = s.branches + excluded.branches,"
                "   members = s.members + excluded.members,"
                "   exempt = s.exempt + excluded.exempt,"
                "   attendance_base = s.attendance_base + excluded.attendance_base,"
                "   activated = s.activated + excluded.activated,"
                "   installed = s.installed + excluded.installed,"
                "   active_30d = s.active_30d + excluded.active_30d"};

void store_queue_moves(struct pg *pg, TALLOC_CTX *ctx, const struct uuid orgs[], size_t n)
{
    const struct pg_statement *statements[] = {&MOVE_MONTHS,
                                               &MOVE_TOTALS}; /* months first: they look up the old path */
    for (size_t i = 0; n > 0 && i < sizeof statements / sizeof *statements; i++) {
        struct pg_args *args = pg_args(ctx, statements[i]);
        pg_add_uuids(args, orgs, n);
        pg_queue(pg, args);
    }
}

/* One batch at a time, whichever instance: what it loads is then what its counts are added to. */
static const struct pg_statement LOCK_SUMS = {.name = "analytics_lock_sums",
                                              .sql = "SELECT pg_advisory_xact_lock(7363827103)"};

void store_queue_lock(struct pg *pg, TALLOC_CTX *ctx)
{
    pg_queue(pg, pg_args(ctx, &LOCK_SUMS));
}
