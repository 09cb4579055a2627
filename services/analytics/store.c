#include "services/analytics/store.h"
#include "common/mem.h"

static const struct pg_statement WRITE_MEETINGS = {
    .name = "analytics_write_meetings",
    .each = true,
    .sql = "INSERT INTO fact_meeting AS f(meeting_id, version, organization_id, month, kind, state, registered, on_time) SELECT"
           " DISTINCT ON (id) * FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::int4[], $5::int4[], $6::int4[], $7::bool[],"
           " $8::bool[]) AS u(id, version, org, month, kind, state, registered, on_time) ORDER BY id, version DESC ON CONFLICT"
           " (meeting_id) DO UPDATE SET version = excluded.version, organization_id = excluded.organization_id, month ="
           " excluded.month, kind = excluded.kind, state = excluded.state, registered = excluded.registered, on_time ="
           " excluded.on_time WHERE f.version < excluded.version"};
static const struct pg_statement WRITE_COMMENTS = {
    .name = "analytics_write_comments",
    .each = true,
    .sql = "INSERT INTO fact_comment(comment_id, organization_id, month) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int4[])"
           " ON CONFLICT DO NOTHING"};
static const struct pg_statement WRITE_DOCUMENTS = {
    .name = "analytics_write_documents",
    .each = true,
    .sql = "INSERT INTO fact_document AS f(document_id, version, organization_id, month, published) SELECT DISTINCT ON (id) * FROM"
           " unnest($1::uuid[], $2::int8[], $3::uuid[], $4::int4[], $5::bool[]) AS u(id, version, org, month, published) ORDER BY"
           " id, version DESC ON CONFLICT (document_id) DO UPDATE SET version = excluded.version, published = excluded.published"
           " WHERE f.version < excluded.version"};
static const struct pg_statement WRITE_AUDIENCE = {
    .name = "analytics_write_audience",
    .sql = "INSERT INTO fact_audience(document_id, organization_id, month, members) SELECT $1::uuid, m.branch_id, $2::int4,"
           " count(*) FROM directory_member m JOIN directory_organization o ON o.id = m.branch_id WHERE m.status <> 3 AND (CASE"
           " WHEN $4::bool THEN o.path && $3::uuid[] ELSE o.id = ANY($3::uuid[]) END) GROUP BY m.branch_id ON CONFLICT DO NOTHING"};
/* The first reading counts. */
static const struct pg_statement WRITE_READS = {
    .name = "analytics_write_reads",
    .each = true,
    .sql = "INSERT INTO fact_read(member_id, subject_id, subject_type, organization_id, month, read_at_us) SELECT DISTINCT ON"
           " (u.member_id, u.subject_id) * FROM unnest($1::uuid[], $2::uuid[], $3::int4[], $4::uuid[], $5::int4[], $6::int8[]) AS"
           " u(member_id, subject_id, subject_type, branch_id, month, at_us) ORDER BY u.member_id, u.subject_id, u.at_us ON"
           " CONFLICT DO NOTHING"};
static const struct pg_statement WRITE_ACTIVITY = {
    .name = "analytics_write_activity",
    .each = true,
    .sql = "INSERT INTO fact_adoption AS f(member_id, active_at_us) SELECT member_id, max(at_us) FROM unnest($1::uuid[],"
           " $2::int8[]) AS u(member_id, at_us) GROUP BY member_id ORDER BY member_id ON CONFLICT (member_id) DO UPDATE SET"
           " active_at_us = greatest(f.active_at_us, excluded.active_at_us)"};
static const struct pg_statement WRITE_ACTIVATIONS = {
    .name = "analytics_write_activations",
    .each = true,
    .sql = "INSERT INTO fact_adoption(member_id, activated) SELECT DISTINCT u, true FROM unnest($1::uuid[]) AS u ORDER BY u ON"
           " CONFLICT (member_id) DO UPDATE SET activated = true"};
static const struct pg_statement WRITE_DEVICES = {
    .name = "analytics_write_devices",
    .each = true,
    .sql = "WITH newest AS (SELECT DISTINCT ON (member_id, device_id) * FROM unnest($1::uuid[], $2::text[], $3::int8[],"
           " $4::bool[]) AS u(member_id, device_id, at_us, present) ORDER BY member_id, device_id, at_us DESC), before AS (SELECT"
           " n.member_id, count(*) FILTER (WHERE f.present) AS devices FROM newest n LEFT JOIN fact_device f ON f.member_id ="
           " n.member_id AND f.device_id = n.device_id GROUP BY n.member_id), kept AS (INSERT INTO fact_device AS f(member_id,"
           " device_id, at_us, present) SELECT * FROM newest ON CONFLICT (member_id, device_id) DO UPDATE SET at_us ="
           " excluded.at_us, present = excluded.present WHERE f.at_us < excluded.at_us RETURNING member_id, device_id, present),"
           " changed AS (SELECT member_id FROM kept GROUP BY member_id) INSERT INTO fact_adoption AS a(member_id, devices) SELECT"
           " c.member_id, (SELECT count(*) FROM fact_device f WHERE f.member_id = c.member_id AND f.present AND NOT EXISTS (SELECT"
           " 1 FROM kept k WHERE k.member_id = f.member_id AND k.device_id = f.device_id)) + (SELECT count(*) FROM kept k WHERE"
           " k.member_id = c.member_id AND k.present) FROM changed c ORDER BY 1 ON CONFLICT (member_id) DO UPDATE SET devices ="
           " excluded.devices"};
/* Of the organisations and months in `touched`: what stands before it names them. */
#define RECOUNT_TOUCHED                                                                                               \
    " old AS (SELECT o.* FROM own_month o JOIN touched t USING (organization_id, month)), new AS (SELECT"             \
    " t.organization_id, t.month, coalesce(d.path, ARRAY[t.organization_id]) AS path, m.registered, m.on_time,"       \
    " m.held, m.cancelled, least(m.regular, 1) AS branches_registered, least(m.regular_held, 1) AS branches_held,"    \
    " (SELECT count(*) FROM fact_document f WHERE f.organization_id = t.organization_id AND f.month = t.month AND"    \
    " f.published) AS documents_published, (SELECT coalesce(sum(a.members), 0) FROM fact_audience a WHERE"            \
    " a.organization_id = t.organization_id AND a.month = t.month) AS documents_audience, (SELECT count(*) FROM"      \
    " fact_read r WHERE r.organization_id = t.organization_id AND r.month = t.month AND r.subject_type = 1) AS"       \
    " documents_read, (SELECT count(*) FROM fact_comment c WHERE c.organization_id = t.organization_id AND c.month =" \
    " t.month) AS comments FROM touched t LEFT JOIN directory_organization d ON d.id = t.organization_id CROSS JOIN"  \
    " LATERAL (SELECT count(*) FILTER (WHERE f.registered AND f.state <> 3) AS registered, count(*) FILTER (WHERE"    \
    " f.on_time AND f.state <> 3) AS on_time, count(*) FILTER (WHERE f.state = 2) AS held, count(*) FILTER (WHERE"    \
    " f.state = 3) AS cancelled, count(*) FILTER (WHERE f.registered AND f.state <> 3 AND f.kind = 0 AND d.level ="   \
    " 3) AS regular, count(*) FILTER (WHERE f.state = 2 AND f.kind = 0 AND d.level = 3) AS regular_held FROM"         \
    " fact_meeting f WHERE f.organization_id = t.organization_id AND f.month = t.month) m), kept AS (INSERT INTO"     \
    " own_month(organization_id, month, path, registered, on_time, held, cancelled, branches_registered,"             \
    " branches_held, documents_published, documents_audience, documents_read, comments) SELECT organization_id,"      \
    " month, path, registered, on_time, held, cancelled, branches_registered, branches_held, documents_published,"    \
    " documents_audience, documents_read, comments FROM new ORDER BY organization_id, month ON CONFLICT"              \
    " (organization_id, month) DO UPDATE SET path = excluded.path, registered = excluded.registered, on_time ="       \
    " excluded.on_time, held = excluded.held, cancelled = excluded.cancelled, branches_registered ="                  \
    " excluded.branches_registered, branches_held = excluded.branches_held, documents_published ="                    \
    " excluded.documents_published, documents_audience = excluded.documents_audience, documents_read ="               \
    " excluded.documents_read, comments = excluded.comments), moved AS (SELECT unnest(path) AS organization_id,"      \
    " month, registered, on_time, held, cancelled, branches_registered, branches_held, documents_published,"          \
    " documents_audience, documents_read, comments FROM new UNION ALL SELECT unnest(path), month, -registered,"       \
    " -on_time, -held, -cancelled, -branches_registered, -branches_held, -documents_published, -documents_audience,"  \
    " -documents_read, -comments FROM old) INSERT INTO org_month AS s(organization_id, month, registered, on_time,"   \
    " held, cancelled, branches_registered, branches_held, documents_published, documents_audience, documents_read,"  \
    " comments) SELECT organization_id, month, sum(registered), sum(on_time), sum(held), sum(cancelled),"             \
    " sum(branches_registered), sum(branches_held), sum(documents_published), sum(documents_audience),"               \
    " sum(documents_read), sum(comments) FROM moved GROUP BY organization_id, month ORDER BY organization_id, month"  \
    " ON CONFLICT (organization_id, month) DO UPDATE SET registered = s.registered + excluded.registered, on_time ="  \
    " s.on_time + excluded.on_time, held = s.held + excluded.held, cancelled = s.cancelled + excluded.cancelled,"     \
    " branches_registered = s.branches_registered + excluded.branches_registered, branches_held = s.branches_held +"  \
    " excluded.branches_held, documents_published = s.documents_published + excluded.documents_published,"            \
    " documents_audience = s.documents_audience + excluded.documents_audience, documents_read = s.documents_read +"   \
    " excluded.documents_read, comments = s.comments + excluded.comments"

/* Sums move by the difference between what was counted last and what is there now. */
static const struct pg_statement RECOUNT_MONTHS = {
    .name = "analytics_recount_months",
    .each = true,
    .sql = "WITH touched AS (SELECT DISTINCT organization_id, month FROM unnest($1::uuid[], $2::int4[]) AS"
           " u(organization_id, month))," RECOUNT_TOUCHED};
static const struct pg_statement RECOUNT_PATHS = {
    .name = "analytics_recount_paths",
    .sql = "WITH touched AS (SELECT o.organization_id, o.month FROM own_month o JOIN directory_organization d ON d.id ="
           " o.organization_id WHERE o.organization_id = ANY($1::uuid[]))," RECOUNT_TOUCHED};
static const struct pg_statement RECOUNT_AUDIENCE = {
    .name = "analytics_recount_audience",
    .sql = "WITH touched AS (SELECT DISTINCT organization_id, month FROM fact_audience WHERE document_id ="
           " ANY($1::uuid[]))," RECOUNT_TOUCHED};
static const struct pg_statement RECOUNT_TOTALS = {
    .name = "analytics_recount_totals",
    .sql = "WITH touched AS (SELECT unnest($2::uuid[]) AS organization_id UNION SELECT branch_id FROM directory_member WHERE id ="
           " ANY($1::uuid[]) AND branch_id IS NOT NULL), old AS (SELECT o.* FROM own_total o JOIN touched t USING"
           " (organization_id)), new AS (SELECT t.organization_id, coalesce(d.path, ARRAY[t.organization_id]) AS path, m.members,"
           " m.exempt, m.attendance_base, (d.id IS NOT NULL)::int AS organizations, coalesce(d.level = 3, false)::int AS branches,"
           " m.activated, m.installed, m.active_30d FROM touched t LEFT JOIN directory_organization d ON d.id = t.organization_id"
           " CROSS JOIN LATERAL (SELECT count(*) AS members, count(*) FILTER (WHERE p.exempt) AS exempt, count(*) FILTER (WHERE NOT"
           " p.exempt AND p.status <> 2) AS attendance_base, count(*) FILTER (WHERE a.activated) AS activated, count(*) FILTER"
           " (WHERE a.devices > 0) AS installed, count(*) FILTER (WHERE a.active_at_us >= $3::int8) AS active_30d FROM"
           " directory_member p LEFT JOIN fact_adoption a ON a.member_id = p.id WHERE p.branch_id = t.organization_id AND p.status"
           " <> 3) m), kept AS (INSERT INTO own_total(organization_id, path, members, exempt, attendance_base, organizations,"
           " branches, activated, installed, active_30d) SELECT organization_id, path, members, exempt, attendance_base,"
           " organizations, branches, activated, installed, active_30d FROM new ORDER BY organization_id ON CONFLICT"
           " (organization_id) DO UPDATE SET path = excluded.path, members = excluded.members, exempt = excluded.exempt,"
           " attendance_base = excluded.attendance_base, organizations = excluded.organizations, branches = excluded.branches,"
           " activated = excluded.activated, installed = excluded.installed, active_30d = excluded.active_30d), moved AS (SELECT"
           " unnest(path) AS organization_id, members, exempt, attendance_base, organizations, branches, activated, installed,"
           " active_30d FROM new UNION ALL SELECT unnest(path), -members, -exempt, -attendance_base, -organizations, -branches,"
           " -activated, -installed, -active_30d FROM old) INSERT INTO org_total AS s(organization_id, members, exempt,"
           " attendance_base, organizations, branches, activated, installed, active_30d) SELECT organization_id, sum(members),"
           " sum(exempt), sum(attendance_base), sum(organizations), sum(branches), sum(activated), sum(installed), sum(active_30d)"
           " FROM moved GROUP BY organization_id ORDER BY organization_id ON CONFLICT (organization_id) DO UPDATE SET members ="
           " s.members + excluded.members, exempt = s.exempt + excluded.exempt, attendance_base = s.attendance_base +"
           " excluded.attendance_base, organizations = s.organizations + excluded.organizations, branches = s.branches +"
           " excluded.branches, activated = s.activated + excluded.activated, installed = s.installed + excluded.installed,"
           " active_30d = s.active_30d + excluded.active_30d"};
/* One recount at a time, whichever instance: later statements of this transaction see what the last one left. */
static const struct pg_statement LOCK_SUMS = {.name = "analytics_lock_sums", .sql = "SELECT pg_advisory_xact_lock(7363827103)"};
static const struct pg_statement READ_MONTHS = {
    .name = "analytics_read_months",
    .sql = "SELECT organization_id, month FROM fact_meeting WHERE meeting_id = ANY($1::uuid[])"
           " UNION SELECT organization_id, month FROM fact_document WHERE document_id = ANY($1::uuid[])"};
static const struct pg_statement READ_BRANCHES = {
    .name = "analytics_read_branches",
    .sql = "SELECT id, branch_id FROM directory_member WHERE id = ANY($1::uuid[]) AND branch_id IS NOT NULL"};
static const struct pg_statement DASHBOARD = {
    .name = "analytics_dashboard",
    .sql = "SELECT coalesce(t.members, 0), coalesce(t.exempt, 0), coalesce(t.attendance_base, 0), coalesce(t.organizations, 0),"
           " coalesce(t.branches, 0), coalesce(t.activated, 0), coalesce(t.installed, 0), coalesce(t.active_30d, 0),"
           " coalesce(m.registered, 0), coalesce(m.on_time, 0), coalesce(m.held, 0), coalesce(m.cancelled, 0),"
           " coalesce(m.branches_registered, 0), coalesce(m.branches_held, 0), coalesce(m.documents_published, 0),"
           " coalesce(m.documents_audience, 0), coalesce(m.documents_read, 0), coalesce(m.comments, 0) FROM (SELECT $1::uuid AS id)"
           " o LEFT JOIN org_total t ON t.organization_id = o.id LEFT JOIN org_month m ON m.organization_id = o.id AND m.month ="
           " $2::int4"};
static const struct pg_statement MARKS = {
    .name = "analytics_marks",
    .sql = "SELECT subject_type, subject_id, read_at_us FROM fact_read WHERE member_id = $1::uuid AND ($2::uuid IS NULL OR"
           " subject_id = $2::uuid) AND read_at_us >= $3::int8 AND read_at_us < $4::int8 ORDER BY read_at_us DESC, subject_id LIMIT"
           " $5::int8"};

/* --- facts ------------------------------------------------------------------------------------------------------------------------- */

struct pg_args *store_meetings(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_MEETINGS);
}
struct pg_args *store_comments(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_COMMENTS);
}
struct pg_args *store_documents(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_DOCUMENTS);
}
struct pg_args *store_reads(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_READS);
}
struct pg_args *store_activity(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_ACTIVITY);
}
struct pg_args *store_activations(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_ACTIVATIONS);
}
struct pg_args *store_devices(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_DEVICES);
}
struct pg_args *store_month_args(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &RECOUNT_MONTHS);
}

void store_add_meeting(struct pg_args *args, const struct uuid *id, uint64_t version, const struct uuid *org, int32_t month, int32_t kind,
                       int32_t state, bool registered, bool on_time)
{
    pg_add_uuid(args, id);
    pg_add_int8(args, (int64_t)version);
    pg_add_uuid(args, org);
    pg_add_int4(args, month);
    pg_add_int4(args, kind);
    pg_add_int4(args, state);
    pg_add_bool(args, registered);
    pg_add_bool(args, on_time);
}

void store_add_comment(struct pg_args *args, const struct uuid *id, const struct uuid *org, int32_t month)
{
    pg_add_uuid(args, id);
    pg_add_uuid(args, org);
    pg_add_int4(args, month);
}

void store_add_document(struct pg_args *args, const struct uuid *id, uint64_t version, const struct uuid *org, int32_t month,
                        bool published)
{
    pg_add_uuid(args, id);
    pg_add_int8(args, (int64_t)version);
    pg_add_uuid(args, org);
    pg_add_int4(args, month);
    pg_add_bool(args, published);
}

void store_queue_audience(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *document, int32_t month, const struct uuid orgs[], size_t n,
                          bool subtree)
{
    struct pg_args *args = pg_args(ctx, &WRITE_AUDIENCE);
    pg_add_uuid(args, document);
    pg_add_int4(args, month);
    pg_add_uuids(args, orgs, n);
    pg_add_bool(args, subtree);
    pg_queue(pg, args);
}

void store_add_read(struct pg_args *args, const struct uuid *member, const struct uuid *subject, int32_t type, const struct uuid *branch,
                    int32_t month, int64_t at_us)
{
    pg_add_uuid(args, member);
    pg_add_uuid(args, subject);
    pg_add_int4(args, type);
    pg_add_uuid(args, branch);
    pg_add_int4(args, month);
    pg_add_int8(args, at_us);
}

void store_add_activity(struct pg_args *args, const struct uuid *member, int64_t at_us)
{
    pg_add_uuid(args, member);
    pg_add_int8(args, at_us);
}

void store_add_activation(struct pg_args *args, const struct uuid *member)
{
    pg_add_uuid(args, member);
}

void store_add_device(struct pg_args *args, const struct uuid *member, const char *device, int64_t at_us, bool present)
{
    pg_add_uuid(args, member);
    pg_add_text(args, device);
    pg_add_int8(args, at_us);
    pg_add_bool(args, present);
}

/* --- counting ---------------------------------------------------------------------------------------------------------------------- */

void store_add_month(struct pg_args *args, const struct uuid *org, int32_t month)
{
    pg_add_uuid(args, org);
    pg_add_int4(args, month);
}

static void queue_of_ids(struct pg *pg, TALLOC_CTX *ctx, const struct pg_statement *statement, const struct uuid ids[], size_t n)
{
    struct pg_args *args = pg_args(ctx, statement);
    if (n == 0)
        return;
    pg_add_uuids(args, ids, n);
    pg_queue(pg, args);
}

void store_queue_recount_paths(struct pg *pg, TALLOC_CTX *ctx, const struct uuid orgs[], size_t n)
{
    queue_of_ids(pg, ctx, &RECOUNT_PATHS, orgs, n);
}

void store_queue_recount_audience(struct pg *pg, TALLOC_CTX *ctx, const struct uuid documents[], size_t n)
{
    queue_of_ids(pg, ctx, &RECOUNT_AUDIENCE, documents, n);
}

void store_queue_recount_totals(struct pg *pg, TALLOC_CTX *ctx, const struct uuid members[], size_t n_members, const struct uuid orgs[],
                                size_t n_orgs, int64_t active_since_us)
{
    struct pg_args *args = pg_args(ctx, &RECOUNT_TOTALS);
    if (n_members + n_orgs == 0)
        return;
    pg_add_uuids(args, members, n_members);
    pg_add_uuids(args, orgs, n_orgs);
    pg_add_int8(args, active_since_us);
    pg_queue(pg, args);
}

struct pg_result *store_queue_branches(struct pg *pg, TALLOC_CTX *ctx, const struct uuid members[], size_t n)
{
    struct pg_args *args = pg_args(ctx, &READ_BRANCHES);
    pg_add_uuids(args, members, n);
    return pg_queue(pg, args);
}

void store_queue_lock(struct pg *pg, TALLOC_CTX *ctx)
{
    pg_queue(pg, pg_args(ctx, &LOCK_SUMS));
}

struct pg_result *store_queue_months(struct pg *pg, TALLOC_CTX *ctx, const struct uuid subjects[], size_t n)
{
    struct pg_args *args = pg_args(ctx, &READ_MONTHS);
    pg_add_uuids(args, subjects, n);
    return pg_queue(pg, args);
}

/* --- reading ----------------------------------------------------------------------------------------------------------------------- */

struct pg_result *store_queue_dashboard(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *org, int32_t month)
{
    struct pg_args *args = pg_args(ctx, &DASHBOARD);
    pg_add_uuid(args, org);
    pg_add_int4(args, month);
    return pg_queue(pg, args);
}

struct pg_result *store_queue_marks(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, const struct uuid *subject, int64_t since_us,
                                    int64_t before_us, int64_t limit)
{
    struct pg_args *args = pg_args(ctx, &MARKS);
    pg_add_uuid(args, member);
    pg_add_uuid(args, subject);
    pg_add_int8(args, since_us);
    pg_add_int8(args, before_us);
    pg_add_int8(args, limit);
    return pg_queue(pg, args);
}
