#include "services/analytics/store.h"
#include "common/base/mem.h"

static struct pg_result *queue_of_ids(struct pg *pg, TALLOC_CTX *ctx, const struct pg_statement *statement,
                                      const struct uuid ids[], size_t n)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuids(args, ids, n);
    return pg_queue(pg, args);
}

/* --- meetings and comments ---------------------------------------------------------------------------------------- */

static const struct pg_statement READ_MEETINGS = {
    .name = "analytics_read_meetings",
    .sql = "SELECT meeting_id, version, organization_id, month, kind, state, registered, on_time"
           " FROM fact_meeting WHERE meeting_id = ANY($1::uuid[])"};
static const struct pg_statement WRITE_MEETINGS = {
    .name = "analytics_write_meetings",
    .each = true,
    .sql = "INSERT INTO fact_meeting(meeting_id, version, organization_id, month, kind, state, registered, on_time)"
           " SELECT * FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::int4[], $5::int4[], $6::int4[], $7::bool[], "
           "$8::bool[])"
           " ON CONFLICT (meeting_id) DO UPDATE SET"
           "   version = excluded.version,"
           "   organization_id = excluded.organization_id,"
           "   month = excluded.month,"
           "   kind = excluded.kind,"
           "   state = excluded.state,"
           "   registered = excluded.registered,"
           "   on_time = excluded.on_time"};
static const struct pg_statement READ_COMMENTS = {
    .name = "analytics_read_comments", .sql = "SELECT comment_id FROM fact_comment WHERE comment_id = ANY($1::uuid[])"};
static const struct pg_statement WRITE_COMMENTS = {.name = "analytics_write_comments",
                                                   .each = true,
                                                   .sql = "INSERT INTO fact_comment(comment_id, organization_id, month)"
                                                          " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int4[])"};

struct pg_result *store_queue_meetings(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n)
{
    return queue_of_ids(pg, ctx, &READ_MEETINGS, ids, n);
}

void store_get_meeting(const struct pg_result *rows, size_t row, struct analytics_meeting *ret_meeting)
{
    *ret_meeting = (struct analytics_meeting){
        .version = (uint64_t)pg_get_int8(rows, row, 1),
        .organization = pg_get_uuid(rows, row, 2),
        .month = (int32_t)pg_get_int8(rows, row, 3),
        .kind = (Pb__MeetingKind)pg_get_int8(rows, row, 4),
        .state = (Pb__MeetingState)pg_get_int8(rows, row, 5),
        .is_registered = pg_get_bool(rows, row, 6),
        .is_on_time = pg_get_bool(rows, row, 7),
    };
}

struct pg_args *store_meetings(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_MEETINGS);
}

void store_add_meeting(struct pg_args *args, const struct uuid *id, const struct analytics_meeting *meeting)
{
    pg_add_uuid(args, id);
    pg_add_int8(args, (int64_t)meeting->version);
    pg_add_uuid(args, &meeting->organization);
    pg_add_int4(args, meeting->month);
    pg_add_int4(args, (int32_t)meeting->kind);
    pg_add_int4(args, (int32_t)meeting->state);
    pg_add_bool(args, meeting->is_registered);
    pg_add_bool(args, meeting->is_on_time);
}

struct pg_result *store_queue_comments(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n)
{
    return queue_of_ids(pg, ctx, &READ_COMMENTS, ids, n);
}

struct pg_args *store_comments(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_COMMENTS);
}

void store_add_comment(struct pg_args *args, const struct uuid *id, const struct uuid *org, int32_t month)
{
    pg_add_uuid(args, id);
    pg_add_uuid(args, org);
    pg_add_int4(args, month);
}

/* --- documents ---------------------------------------------------------------------------------------------------- */

static const struct pg_statement READ_DOCUMENTS = {
    .name = "analytics_read_documents",
    .sql = "SELECT document_id, version, organization_id, month, published, organization_ids, subtree, whole, roles, "
           "member_ids"
           " FROM fact_document WHERE document_id = ANY($1::uuid[])"};
static const struct pg_statement WRITE_DOCUMENT = {
    .name = "analytics_write_document",
    .sql = "INSERT INTO fact_document(document_id, version, organization_id, month, published, organization_ids, "
           "subtree, whole, roles,"
           "   member_ids)"
           " VALUES ($1::uuid, $2::int8, $3::uuid, $4::int4, $5::bool, $6::uuid[], $7::bool, $8::bool, $9::int4[], "
           "$10::uuid[])"
           " ON CONFLICT (document_id) DO UPDATE SET"
           "   version = excluded.version,"
           "   organization_id = excluded.organization_id,"
           "   month = excluded.month,"
           "   published = excluded.published,"
           "   organization_ids = excluded.organization_ids,"
           "   subtree = excluded.subtree,"
           "   whole = excluded.whole,"
           "   roles = excluded.roles,"
           "   member_ids = excluded.member_ids"};

struct pg_result *store_queue_documents(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n)
{
    return queue_of_ids(pg, ctx, &READ_DOCUMENTS, ids, n);
}

void store_get_document(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                        struct analytics_document *ret_document)
{
    *ret_document = (struct analytics_document){
        .version = (uint64_t)pg_get_int8(rows, row, 1),
        .organization = pg_get_uuid(rows, row, 2),
        .month = (int32_t)pg_get_int8(rows, row, 3),
        .is_published = pg_get_bool(rows, row, 4),
        .audience = {.subtree = pg_get_bool(rows, row, 6), .whole = pg_get_bool(rows, row, 7)},
    };
    struct analytics_audience *audience = &ret_document->audience;
    audience->organizations = pg_get_uuids(ctx, rows, row, 5, &audience->n_organizations);
    audience->roles = pg_get_int4s(ctx, rows, row, 8, &audience->n_roles);
    audience->members = pg_get_uuids(ctx, rows, row, 9, &audience->n_members);
}

void store_queue_document(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id,
                          const struct analytics_document *document)
{
    const struct analytics_audience *audience = &document->audience;
    struct pg_args *args = pg_args(ctx, &WRITE_DOCUMENT);
    pg_add_uuid(args, id);
    pg_add_int8(args, (int64_t)document->version);
    pg_add_uuid(args, &document->organization);
    pg_add_int4(args, document->month);
    pg_add_bool(args, document->is_published);
    pg_add_uuids(args, audience->organizations, audience->n_organizations);
    pg_add_bool(args, audience->subtree);
    pg_add_bool(args, audience->whole);
    pg_add_int4s(args, audience->roles, audience->n_roles);
    pg_add_uuids(args, audience->members, audience->n_members);
    pg_queue(pg, args);
}

/* --- members: the directory's row, and adoption ------------------------------------------------------------------- */

#define MEMBER_COLUMNS \
    " m.branch_id, m.status, m.exempt, m.record, a.activated, a.devices, a.active_on, a.active, t.path"
static const struct pg_statement READ_MEMBERS = {.name = "analytics_read_members",
                                                 .sql = "SELECT u.id," MEMBER_COLUMNS
                                                        " FROM unnest($1::uuid[]) AS u(id)"
                                                        " LEFT JOIN directory_member m ON m.id = u.id"
                                                        " LEFT JOIN fact_adoption a ON a.member_id = u.id"
                                                        " LEFT JOIN own_total t ON t.organization_id = m.branch_id"};
static const struct pg_statement READ_EXPIRED = {
    .name = "analytics_read_expired",
    .sql =
        "SELECT a.member_id," MEMBER_COLUMNS
        " FROM (SELECT * FROM fact_adoption WHERE active AND active_on < $1::int4 ORDER BY active_on LIMIT $2::int8) a"
        " LEFT JOIN directory_member m ON m.id = a.member_id"
        " LEFT JOIN own_total t ON t.organization_id = m.branch_id"};
static const struct pg_statement WRITE_ADOPTION = {
    .name = "analytics_write_adoption",
    .each = true,
    .sql = "INSERT INTO fact_adoption(member_id, activated, devices, active_on, active)"
           " SELECT * FROM unnest($1::uuid[], $2::bool[], $3::int4[], $4::int4[], $5::bool[])"
           " ON CONFLICT (member_id) DO UPDATE SET"
           "   activated = excluded.activated,"
           "   devices = excluded.devices,"
           "   active_on = excluded.active_on,"
           "   active = excluded.active"};
static const struct pg_statement READ_DEVICES = {
    .name = "analytics_read_devices",
    .sql = "SELECT member_id, device_id, at_us, present FROM fact_device WHERE member_id = ANY($1::uuid[])"};
static const struct pg_statement WRITE_DEVICES = {
    .name = "analytics_write_devices",
    .each = true,
    .sql = "INSERT INTO fact_device(member_id, device_id, at_us, present)"
           " SELECT * FROM unnest($1::uuid[], $2::text[], $3::int8[], $4::bool[])"
           " ON CONFLICT (member_id, device_id) DO UPDATE SET at_us = excluded.at_us, present = excluded.present"};

struct pg_result *store_queue_members(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n)
{
    return queue_of_ids(pg, ctx, &READ_MEMBERS, ids, n);
}

struct pg_result *store_queue_expired(struct pg *pg, TALLOC_CTX *ctx, int32_t before, int64_t limit)
{
    struct pg_args *args = pg_args(ctx, &READ_EXPIRED);
    pg_add_int4(args, before);
    pg_add_int8(args, limit);
    return pg_queue(pg, args);
}

enum err store_get_member(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                          struct analytics_member *ret_member)
{
    ProtobufCBinaryData packed = pg_get_bytes(ctx, rows, row, 4);
    *ret_member = (struct analytics_member){
        .has_branch = !pg_is_null(rows, row, 1),
        .branch = pg_get_uuid(rows, row, 1),
        .status = (Pb__MemberStatus)pg_get_int8(rows, row, 2),
        .is_exempt = pg_get_bool(rows, row, 3),
        .is_activated = pg_get_bool(rows, row, 5),
        .devices = (int32_t)pg_get_int8(rows, row, 6),
        .active_on = (int32_t)pg_get_int8(rows, row, 7),
        .is_active = pg_get_bool(rows, row, 8),
    };
    if (pg_is_null(rows, row, 4))
        return ERR_OK;
    ret_member->record = (const Pb__DirectoryMember *)mem_unpack(ctx, &pb__directory_member__descriptor, packed.data,
                                                                 packed.len);
    if (!ret_member->record)
        return ERR_INTERNAL; /* our own bytes */
    ret_member->version = ret_member->record->version;
    return ERR_OK;
}

struct pg_args *store_adoption(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_ADOPTION);
}

void store_add_adoption(struct pg_args *args, const struct uuid *id, const struct analytics_member *member)
{
    pg_add_uuid(args, id);
    pg_add_bool(args, member->is_activated);
    pg_add_int4(args, member->devices);
    pg_add_int4(args, member->active_on);
    pg_add_bool(args, member->is_active);
}

struct pg_result *store_queue_devices(struct pg *pg, TALLOC_CTX *ctx, const struct uuid members[], size_t n)
{
    return queue_of_ids(pg, ctx, &READ_DEVICES, members, n);
}

void store_get_device(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct store_device *ret_device)
{
    *ret_device = (struct store_device){
        .id = pg_get_text(ctx, rows, row, 1),
        .at_us = pg_get_int8(rows, row, 2),
        .is_present = pg_get_bool(rows, row, 3),
    };
}

struct pg_args *store_devices(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_DEVICES);
}

void store_add_device(struct pg_args *args, const struct uuid *member, const struct store_device *device)
{
    pg_add_uuid(args, member);
    pg_add_text(args, device->id);
    pg_add_int8(args, device->at_us);
    pg_add_bool(args, device->is_present);
}

/* --- readings ----------------------------------------------------------------------------------------------------- */

#define READING_COLUMNS " f.member_id, f.subject_id, f.subject_type, f.read_at_us, f.organization_id"
static const struct pg_statement READ_READINGS = {
    .name = "analytics_read_readings",
    .each = true,
    .sql = "SELECT" READING_COLUMNS " FROM unnest($1::uuid[], $2::uuid[]) AS u(member_id, subject_id)"
           " JOIN fact_read f USING (member_id, subject_id)"};
static const struct pg_statement READ_STRAYS = {
    .name = "analytics_read_strays",
    .each = true,
    .sql = "SELECT" READING_COLUMNS
           " FROM unnest($1::uuid[], $2::uuid[], $3::int8[], $4::int8[]) AS u(member_id, branch_id, from_us, to_us)"
           " JOIN fact_read f ON f.member_id = u.member_id AND f.read_at_us >= u.from_us AND f.read_at_us < u.to_us"
           " WHERE f.organization_id IS DISTINCT FROM u.branch_id"};
/* Two statements: nearly all are new, and ON CONFLICT would cost each of them a third more. */
static const struct pg_statement INSERT_READINGS = {
    .name = "analytics_insert_readings",
    .each = true,
    .sql = "INSERT INTO fact_read(member_id, subject_id, subject_type, organization_id, read_at_us)"
           " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int4[], $4::uuid[], $5::int8[])"};
static const struct pg_statement UPDATE_READINGS = {
    .name = "analytics_update_readings",
    .each = true,
    .sql = "UPDATE fact_read f SET organization_id = u.organization_id, read_at_us = u.read_at_us"
           " FROM unnest($1::uuid[], $2::uuid[], $3::int4[], $4::uuid[], $5::int8[])"
           "   AS u(member_id, subject_id, subject_type, organization_id, read_at_us)"
           " WHERE f.member_id = u.member_id AND f.subject_id = u.subject_id"};

struct pg_args *store_reading_keys(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &READ_READINGS);
}

void store_add_reading_key(struct pg_args *args, const struct uuid *member, const struct uuid *subject)
{
    pg_add_uuid(args, member);
    pg_add_uuid(args, subject);
}

struct pg_args *store_intervals(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &READ_STRAYS);
}

void store_add_interval(struct pg_args *args, const struct uuid *member, const struct uuid *branch, int64_t from_us,
                        int64_t to_us)
{
    pg_add_uuid(args, member);
    pg_add_uuid(args, branch);
    pg_add_int8(args, from_us);
    pg_add_int8(args, to_us);
}

void store_get_reading(const struct pg_result *rows, size_t row, struct analytics_reading *ret_reading)
{
    *ret_reading = (struct analytics_reading){
        .is_known = true,
        .type = (Pb__SubjectType)pg_get_int8(rows, row, 2),
        .at_us = pg_get_int8(rows, row, 3),
        .has_branch = !pg_is_null(rows, row, 4),
        .branch = pg_get_uuid(rows, row, 4),
    };
}

struct pg_args *store_new_readings(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &INSERT_READINGS);
}

struct pg_args *store_changed_readings(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &UPDATE_READINGS);
}

void store_add_reading(struct pg_args *args, const struct uuid *member, const struct uuid *subject,
                       const struct analytics_reading *reading)
{
    pg_add_uuid(args, member);
    pg_add_uuid(args, subject);
    pg_add_int4(args, (int32_t)reading->type);
    pg_add_uuid(args, reading->has_branch ? &reading->branch : NULL);
    pg_add_int8(args, reading->at_us);
}

/* --- places ------------------------------------------------------------------------------------------------------- */

static const struct pg_statement READ_PLACES = {
    .name = "analytics_read_places",
    .sql = "SELECT organization_id, path, branches = 1 FROM own_total WHERE organization_id = ANY($1::uuid[])"};

struct pg_result *store_queue_places(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n)
{
    return queue_of_ids(pg, ctx, &READ_PLACES, ids, n);
}

/* --- dashboards and marks ----------------------------------------------------------------------------------------- */

static const struct pg_statement DASHBOARD = {
    .name = "analytics_dashboard",
    .sql = "SELECT coalesce(t.members, 0), coalesce(t.exempt, 0), coalesce(t.attendance_base, 0), "
           "coalesce(t.organizations, 0),"
           "   coalesce(t.branches, 0), coalesce(t.activated, 0), coalesce(t.installed, 0), coalesce(t.active_30d, 0),"
           "   coalesce(m.registered, 0), coalesce(m.on_time, 0), coalesce(m.held, 0), coalesce(m.cancelled, 0),"
           "   coalesce(m.branches_registered, 0), coalesce(m.branches_held, 0), coalesce(m.documents_published, 0),"
           "   coalesce(m.documents_audience, 0), coalesce(m.documents_read, 0), coalesce(m.comments, 0)"
           " FROM (SELECT $1::uuid AS id) o"
           " LEFT JOIN org_total t ON t.organization_id = o.id"
           " LEFT JOIN org_month m ON m.organization_id = o.id AND m.month = $2::int4"};
static const struct pg_statement MARKS = {
    .name = "analytics_marks",
    .sql = "SELECT subject_type, subject_id, read_at_us"
           " FROM fact_read"
           " WHERE member_id = $1::uuid AND ($2::uuid IS NULL OR subject_id = $2::uuid) AND read_at_us >= $3::int8"
           " AND (read_at_us < $4::int8 OR (read_at_us = $4::int8 AND subject_id > $5::uuid))"
           " ORDER BY read_at_us DESC, subject_id"
           " LIMIT $6::int8"};

struct pg_result *store_queue_dashboard(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *org, int32_t month)
{
    struct pg_args *args = pg_args(ctx, &DASHBOARD);
    pg_add_uuid(args, org);
    pg_add_int4(args, month);
    return pg_queue(pg, args);
}

struct pg_result *store_queue_marks(struct pg *pg, TALLOC_CTX *ctx, const struct store_marks *wanted)
{
    struct pg_args *args = pg_args(ctx, &MARKS);
    pg_add_uuid(args, wanted->member);
    pg_add_uuid(args, wanted->subject);
    pg_add_int8(args, wanted->since_us);
    pg_add_int8(args, wanted->before_us);
    pg_add_uuid(args, &wanted->after_id);
    pg_add_int8(args, wanted->limit);
    return pg_queue(pg, args);
}
