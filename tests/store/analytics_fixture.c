#include "analytics_fixture.h"

#include "parts_fixture.h"

#include "common/base/mem.h"
#include "common/loop/loop_slot.h"
#include "common/loop/migrations.h"
#include "contract_numbers.h"
#include "services/analytics/dashboard/dashboard_store.h"
#include "services/analytics/migrations.h"
#include "services/analytics/projections.h"
#include "services/directory/migrations.h"
#include "services/directory/projection.h"
#include "sotay/v1/auth.pb-c.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct uuid CITY = {{0xc1}}, WARD = {{0xc2}}, WARD_2 = {{0xc3}}, BRANCH_10B = {{0xb1}}, BRANCH_4 = {{0xb4}},
                  BRANCH_9 = {{0xb9}};
const struct uuid SECRETARY = {{0x51}}, MEMBER = {{0x52}}, EXEMPT = {{0x53}};

static const char **tags; /* of the last batch; lives as long as its case */
static size_t n_tags;

void fixture_fill(struct pg *pg)
{
    MUST_MIGRATE(pg, common);
    MUST_MIGRATE(pg, directory);
    MUST_MIGRATE(pg, analytics);
}

void fixture_reset(struct pg *pg)
{
    must(pg, "TRUNCATE directory_organization, directory_member, directory_position, fact_meeting, fact_attendance,"
             " fact_contribution, fact_document, fact_addressee, fact_read, fact_adoption, fact_device,"
             " fact_reminded, fact_recalled,"
             " own_month, org_month, own_total, org_total, export_job");
}

/* --- events ------------------------------------------------------------------------------------------------------- */

int64_t november(int day)
{
    return clock_date_start_us(clock_date_join(2026, 11, day)) + 12 * CLOCK_HOUR_US;
}

struct event event_of(enum topic topic, const struct uuid *aggregate, const ProtobufCMessage *body)
{
    return (struct event){{.topic = topic, .aggregate = *aggregate, .body = body, .now_us = november(10)}};
}

static ProtobufCBinaryData *id_list(struct fixture *f, const struct uuid *id)
{
    ProtobufCBinaryData *list = mem_new(f->ctx, ProtobufCBinaryData);
    *list = uuid_to_pb(f->ctx, id);
    return list;
}

static size_t path_to(struct fixture *f, const struct uuid *id, const struct uuid *parent, ProtobufCBinaryData path[])
{
    size_t n = 0;
    if (parent && !uuid_equal(parent, &CITY))
        path[n++] = uuid_to_pb(f->ctx, &CITY);
    if (parent)
        path[n++] = uuid_to_pb(f->ctx, parent);
    path[n++] = uuid_to_pb(f->ctx, id);
    return n;
}

struct event told_organization(struct fixture *f, const struct uuid *id, uint64_t version, const struct uuid *parent,
                               Pb__Level level)
{
    Pb__DirectoryOrganization *record = mem_new(f->ctx, Pb__DirectoryOrganization);
    pb__directory_organization__init(record);
    record->id = uuid_to_pb(f->ctx, id);
    record->version = version;
    record->code = mem_printf(f->ctx, "HN-%02X", id->bytes[0]);
    record->name = mem_text(f->ctx, "Chi bộ");
    if (parent)
        record->has_parent_id = true;
    record->parent_id = parent ? uuid_to_pb(f->ctx, parent) : (ProtobufCBinaryData){0};
    record->level = level;
    record->path = mem_array(f->ctx, ProtobufCBinaryData, 3);
    record->n_path = path_to(f, id, parent, record->path);
    return event_of(TOPIC_DIRECTORY_ORGANIZATIONS, id, &record->base);
}

static Pb__DirectoryMember__Interval *interval_of(struct fixture *f, const struct uuid *branch, int64_t from_us)
{
    Pb__DirectoryMember__Interval *interval = mem_new(f->ctx, Pb__DirectoryMember__Interval);
    pb__directory_member__interval__init(interval);
    interval->branch_id = uuid_to_pb(f->ctx, branch);
    interval->from_us = from_us;
    return interval;
}

struct event told_member(struct fixture *f, const struct uuid *id, uint64_t version, const struct uuid *branch,
                         int64_t since_us, const struct uuid *before)
{
    Pb__DirectoryMember *record = mem_new(f->ctx, Pb__DirectoryMember);
    pb__directory_member__init(record);
    record->id = uuid_to_pb(f->ctx, id);
    record->version = version;
    record->full_name = mem_text(f->ctx, "Nguyễn Văn A");
    record->intervals = mem_array(f->ctx, Pb__DirectoryMember__Interval *, 2);
    if (before) {
        Pb__DirectoryMember__Interval *past = interval_of(f, before, 1);
        past->has_to_us = true;
        past->to_us = since_us;
        record->intervals[record->n_intervals++] = past;
    }
    record->intervals[record->n_intervals++] = interval_of(f, branch, since_us);
    return event_of(TOPIC_DIRECTORY_MEMBERS, id, &record->base);
}

static Pb__DirectoryMember *record_of(const struct event *event)
{
    return (Pb__DirectoryMember *)(uintptr_t)event->message.body; /* the test's own */
}

static Pb__DirectoryMember__Interval *last_interval(const struct event *event)
{
    Pb__DirectoryMember *record = record_of(event);
    return record->intervals[record->n_intervals - 1];
}

void is_exempt(struct event *event)
{
    last_interval(event)->exempt = true;
}

void is_suspended(struct event *event)
{
    last_interval(event)->status = PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED;
}

void has_left(struct event *event, int64_t at_us)
{
    last_interval(event)->has_to_us = true;
    last_interval(event)->to_us = at_us;
}

void holds(struct fixture *f, struct event *event, Pb__Role role, const struct uuid *org)
{
    Pb__DirectoryMember *record = record_of(event);
    Pb__DirectoryMember__Position *position = mem_new(f->ctx, Pb__DirectoryMember__Position);
    pb__directory_member__position__init(position);
    position->role = role;
    position->organization_id = uuid_to_pb(f->ctx, org);
    position->from_us = 1;
    record->positions = mem_grow(f->ctx, record->positions, sizeof *record->positions, record->n_positions + 1);
    record->positions[record->n_positions++] = position;
}

struct event told_meeting(struct fixture *f, uint8_t id, uint64_t version, const struct uuid *org, int32_t month,
                          Pb__MeetingState state)
{
    const struct uuid meeting = {{0xe0, id}};
    Pb__MeetingFacts *facts = mem_new(f->ctx, Pb__MeetingFacts);
    Pb__MeetingChanged *event = mem_new(f->ctx, Pb__MeetingChanged);
    pb__meeting_facts__init(facts);
    pb__meeting_changed__init(event);
    facts->meeting_id = uuid_to_pb(f->ctx, &meeting);
    facts->version = version;
    facts->organization_id = uuid_to_pb(f->ctx, org);
    facts->state = state;
    facts->month = month;
    facts->has_registered_at_us = facts->has_registered_on_time = facts->registered_on_time =
        state != PB__MEETING_STATE__MEETING_STATE_DRAFT;
    event->meeting = facts;
    struct event made = event_of(TOPIC_MEETING_EVENTS, &meeting, &event->base);
    return made;
}

struct event counted(struct fixture *f, uint8_t id, int32_t revision, const struct uuid *org, int32_t month,
                     int32_t base, int32_t present)
{
    const struct uuid meeting = {{0xe0, id}};
    Pb__AttendanceCounted *event = mem_new(f->ctx, Pb__AttendanceCounted);
    pb__attendance_counted__init(event);
    event->meeting_id = uuid_to_pb(f->ctx, &meeting);
    event->organization_id = uuid_to_pb(f->ctx, org);
    event->month = month;
    event->revision = revision;
    event->base_members = base;
    event->present = present;
    event->excused = base > present ? 1 : 0;
    event->unexcused = base - present - event->excused;
    return event_of(TOPIC_MEETING_EVENTS, &meeting, &event->base);
}

Pb__MeetingFacts *facts_of_meeting(struct event *event)
{
    return ((const Pb__MeetingChanged *)event->message.body)->meeting;
}

struct event commented(struct fixture *f, uint8_t id, const struct uuid *org, int32_t month)
{
    const struct uuid comment = {{0xcc, id}}, meeting = {{0xe0}};
    Pb__MeetingCommented *event = mem_new(f->ctx, Pb__MeetingCommented);
    pb__meeting_commented__init(event);
    event->comment_id = uuid_to_pb(f->ctx, &comment);
    event->organization_id = uuid_to_pb(f->ctx, org);
    event->month = month;
    return event_of(TOPIC_MEETING_EVENTS, &meeting, &event->base);
}

struct event told_document(struct fixture *f, uint8_t id, uint64_t version, Pb__DocumentState state,
                           const struct uuid *org, bool subtree)
{
    const struct uuid document = {{0xd0, id}};
    Pb__DocumentFacts *facts = mem_new(f->ctx, Pb__DocumentFacts);
    Pb__DocumentChanged *event = mem_new(f->ctx, Pb__DocumentChanged);
    pb__document_facts__init(facts);
    pb__document_changed__init(event);
    facts->document_id = uuid_to_pb(f->ctx, &document);
    facts->version = version;
    facts->organization_id = uuid_to_pb(f->ctx, &WARD);
    facts->state = state;
    facts->classification = PB__CLASSIFICATION__CLASSIFICATION_INTERNAL;
    facts->has_month = true;
    facts->month = NOVEMBER;
    facts->audience = mem_new(f->ctx, Pb__Audience);
    pb__audience__init(facts->audience);
    facts->audience->subtree = subtree;
    if (org) {
        facts->audience->n_organization_ids = 1;
        facts->audience->organization_ids = id_list(f, org);
    }
    event->document = facts;
    return event_of(TOPIC_DOCUMENT_EVENTS, &document, &event->base);
}

Pb__Audience *audience_of(struct event *event)
{
    return ((const Pb__DocumentChanged *)event->message.body)->document->audience;
}

void to_role(struct fixture *f, struct event *event, Pb__Role role)
{
    Pb__Audience *audience = audience_of(event);
    audience->roles = mem_grow(f->ctx, audience->roles, sizeof *audience->roles, audience->n_roles + 1);
    audience->roles[audience->n_roles++] = role;
}

void to_member(struct fixture *f, struct event *event, const struct uuid *member)
{
    Pb__Audience *audience = audience_of(event);
    audience->member_ids = mem_grow(f->ctx, audience->member_ids, sizeof *audience->member_ids,
                                    audience->n_member_ids + 1);
    audience->member_ids[audience->n_member_ids++] = uuid_to_pb(f->ctx, member);
}

static struct event activity_of(struct fixture *f, const struct uuid *member, Pb__RecordActivity__Item *item,
                                int64_t told_at_us)
{
    Pb__RecordActivity *activity = mem_new(f->ctx, Pb__RecordActivity);
    pb__record_activity__init(activity);
    activity->items = mem_new(f->ctx, Pb__RecordActivity__Item *);
    activity->items[activity->n_items++] = item;
    struct event event = event_of(TOPIC_ACTIVITY, member, &activity->base);
    event.message.actor = *member;
    event.message.now_us = told_at_us;
    return event;
}

struct event has_read(struct fixture *f, const struct uuid *member, uint8_t document, int64_t at_us, int64_t told_at_us)
{
    const struct uuid subject = {{0xd0, document}};
    Pb__RecordActivity__Item *item = mem_new(f->ctx, Pb__RecordActivity__Item);
    pb__record_activity__item__init(item);
    item->kind = PB__ACTIVITY_KIND__ACTIVITY_KIND_READ;
    item->at_us = at_us;
    item->subject = mem_new(f->ctx, Pb__Subject);
    pb__subject__init(item->subject);
    item->subject->type = PB__SUBJECT_TYPE__SUBJECT_TYPE_DOCUMENT;
    item->subject->id = uuid_to_pb(f->ctx, &subject);
    return activity_of(f, member, item, told_at_us);
}

struct event has_started(struct fixture *f, const struct uuid *member, int64_t at_us)
{
    Pb__RecordActivity__Item *item = mem_new(f->ctx, Pb__RecordActivity__Item);
    pb__record_activity__item__init(item);
    item->kind = PB__ACTIVITY_KIND__ACTIVITY_KIND_APP_STARTED;
    item->at_us = at_us;
    return activity_of(f, member, item, at_us);
}

struct event has_activated(struct fixture *f, const struct uuid *member)
{
    Pb__MemberActivated *event = mem_new(f->ctx, Pb__MemberActivated);
    pb__member_activated__init(event);
    event->member_id = uuid_to_pb(f->ctx, member);
    return event_of(TOPIC_AUTH_EVENTS, member, &event->base);
}

struct event has_device(struct fixture *f, const struct uuid *member, const char *device, int64_t at_us,
                        bool is_present)
{
    Pb__DeviceRegistered *registered = mem_new(f->ctx, Pb__DeviceRegistered);
    Pb__DeviceRemoved *removed = mem_new(f->ctx, Pb__DeviceRemoved);
    pb__device_registered__init(registered);
    pb__device_removed__init(removed);
    registered->member_id = removed->member_id = uuid_to_pb(f->ctx, member);
    registered->device_id = removed->device_id = mem_text(f->ctx, device);
    registered->registered_at_us = removed->removed_at_us = at_us;
    return event_of(TOPIC_AUTH_EVENTS, member, is_present ? &registered->base : &removed->base);
}

/* --- batches ------------------------------------------------------------------------------------------------------ */

static void keep_tags(struct loop_batch *made)
{
    tags = (const char **)loop_batch_tags(made, &n_tags);
}

void batch(struct fixture *f, const struct event events[], size_t n)
{
    struct loop_message *messages = mem_array(f->ctx, struct loop_message, n);
    for (size_t i = 0; i < n; i++)
        messages[i] = events[i].message;
    keep_tags(parts_hear(f, ANALYTICS_PARTS, ANALYTICS_N_PARTS, messages, n));
}

void tell_tree(struct fixture *f)
{
    BATCH(f, told_organization(f, &CITY, 1, NULL, PB__LEVEL__LEVEL_CITY),
          told_organization(f, &WARD, 1, &CITY, PB__LEVEL__LEVEL_GRASSROOTS),
          told_organization(f, &WARD_2, 1, &CITY, PB__LEVEL__LEVEL_GRASSROOTS),
          told_organization(f, &BRANCH_10B, 1, &WARD, PB__LEVEL__LEVEL_BRANCH),
          told_organization(f, &BRANCH_4, 1, &WARD, PB__LEVEL__LEVEL_BRANCH),
          told_organization(f, &BRANCH_9, 1, &WARD_2, PB__LEVEL__LEVEL_BRANCH));
}

void tell_people(struct fixture *f)
{
    struct event secretary = told_member(f, &SECRETARY, 1, &BRANCH_10B, 1, NULL),
                 exempt = told_member(f, &EXEMPT, 1, &BRANCH_4, 1, NULL);
    holds(f, &secretary, PB__ROLE__ROLE_SECRETARY, &BRANCH_10B);
    is_exempt(&exempt);
    BATCH(f, secretary, told_member(f, &MEMBER, 1, &BRANCH_10B, 1, NULL), exempt);
}

size_t tags_told(void)
{
    return n_tags;
}

bool has_tag(enum tag tag, const struct uuid *org)
{
    char text[TAG_TEXT_BYTES];
    tag_format(tag, org, text);
    for (size_t i = 0; i < n_tags; i++)
        if (strcmp(tags[i], text) == 0)
            return true;
    return false;
}

/* --- what is counted ---------------------------------------------------------------------------------------------- */

struct dashboard_counters dashboard(struct fixture *f, const struct uuid *org, int32_t month)
{
    struct dashboard_counters counters;
    struct pg_result *row = dashboard_store_read(f->pg, f->ctx, org, month);
    must_flush(f->pg);
    dashboard_store_get(row, 0, &counters);
    return counters;
}

static const char *text_of(struct fixture *f, const struct pg_statement *statement)
{
    struct pg_result *row = pg_queue(f->pg, pg_args(f->ctx, statement));
    must_flush(f->pg);
    return pg_get_text(f->ctx, row, 0, 0);
}

/* A line for each counter that is not zero: the organisation, its month, the counter and how many. */
#define LINES_OF(rows)                                                         \
    "SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '')"               \
    " FROM (SELECT concat_ws(' ', organization_id, month, counter, n) AS line" \
    "   FROM (" rows ") counted(organization_id, month, counter, n) WHERE n <> 0) lines"

const char *all_counters(struct fixture *f)
{
    static const struct pg_statement COUNTERS = {
        .name = "counters",
        .sql = LINES_OF("SELECT m.organization_id, m.month, c.key, c.value::int8"
                        " FROM org_month m, jsonb_each_text(to_jsonb(m) - '{organization_id,month}'::text[]) c"
                        " UNION ALL SELECT t.organization_id, NULL, c.key, c.value::int8"
                        " FROM org_total t, jsonb_each_text(to_jsonb(t) - 'organization_id') c")};
    return text_of(f, &COUNTERS);
}

/* Counted the slow way: each fact at its organisation, then under all of its path; an audience reader by reader. */
#define REGISTERED "f.registered AND f.state <> " SQL_MEETING_STATE_CANCELLED
#define IS_HELD "f.state = " SQL_MEETING_STATE_HELD
#define OF_BRANCH                                                           \
    "f.kind = " SQL_MEETING_KIND_REGULAR " AND d.level = " SQL_LEVEL_BRANCH \
    " AND d.state = " SQL_ORGANIZATION_STATE_ACTIVE
#define IS_OWED IS_HELD " AND f.resolution_due_at_us IS NOT NULL AND f.resolution_published_at_us IS NULL"
#define MEETINGS                                                                                                   \
    "SELECT m.organization_id, m.month, c.* FROM ("                                                                \
    "  SELECT f.organization_id, f.month, count(*) FILTER (WHERE " REGISTERED ") AS registered,"                   \
    "    count(*) FILTER (WHERE f.on_time AND f.state <> " SQL_MEETING_STATE_CANCELLED ") AS on_time,"             \
    "    count(*) FILTER (WHERE " IS_HELD ") AS held,"                                                             \
    "    count(*) FILTER (WHERE f.state = " SQL_MEETING_STATE_CANCELLED ") AS cancelled,"                          \
    "    least(count(*) FILTER (WHERE " REGISTERED " AND " OF_BRANCH "), 1) AS branches_registered,"               \
    "    least(count(*) FILTER (WHERE " IS_HELD " AND " OF_BRANCH "), 1) AS branches_held,"                        \
    "    count(*) FILTER (WHERE " IS_HELD " AND f.resolution_published_at_us IS NOT NULL) AS published,"           \
    "    count(*) FILTER (WHERE " IS_OWED " AND NOT f.resolution_overdue) AS due,"                                 \
    "    count(*) FILTER (WHERE " IS_OWED " AND f.resolution_overdue) AS overdue"                                  \
    "  FROM fact_meeting f LEFT JOIN directory_organization d ON d.id = f.organization_id GROUP BY 1, 2) m"        \
    " CROSS JOIN LATERAL (VALUES ('registered', registered), ('on_time', on_time), ('held', held),"                \
    "   ('cancelled', cancelled), ('branches_registered', branches_registered), ('branches_held', branches_held)," \
    "   ('resolutions_published', published), ('resolutions_due', due), ('resolutions_overdue', overdue)) c"

#define MATCHES "(o.id = ANY(f.organization_ids) OR (f.subtree AND o.path && f.organization_ids))"
#define READERS                                                                                                  \
    "SELECT m.branch_id, f.month, 'documents_audience', 1 FROM fact_document f CROSS JOIN directory_member m"    \
    " WHERE f.published AND m.status <> " SQL_MEMBER_STATUS_LEFT                                                 \
    " AND m.branch_id IS NOT NULL AND (m.id = ANY(f.member_ids)"                                                 \
    " OR (f.whole AND EXISTS (SELECT 1 FROM directory_organization o WHERE o.id = m.branch_id AND " MATCHES "))" \
    " OR EXISTS (SELECT 1 FROM directory_position p JOIN directory_organization o ON o.id = p.organization_id"   \
    "   WHERE p.member_id = m.id AND p.to_us IS NULL AND (f.whole OR p.role = ANY(f.roles)) AND " MATCHES "))"

#define LOCAL_MONTH(at)                                                                                            \
    "(SELECT (extract(year FROM t) * 12 + extract(month FROM t) - 1)::int FROM (SELECT to_timestamp(" at " / 1e6)" \
    " AT TIME ZONE 'Asia/Ho_Chi_Minh' AS t) x)"

#define MEMBERS                                                                                                 \
    "SELECT m.branch_id, NULL, c.* FROM directory_member m LEFT JOIN fact_adoption a ON a.member_id = m.id"     \
    " CROSS JOIN LATERAL (VALUES ('members', 1), ('exempt', m.exempt::int),"                                    \
    "   ('attendance_base', (NOT m.exempt AND m.status <> " SQL_MEMBER_STATUS_SUSPENDED ")::int),"              \
    "   ('activated', a.activated::int), ('installed', (a.devices > 0)::int), ('active_30d', a.active::int)) c" \
    " WHERE m.branch_id IS NOT NULL AND m.status <> " SQL_MEMBER_STATUS_LEFT

#define FACTS                                                                                                          \
    MEETINGS " UNION ALL " READERS " UNION ALL " MEMBERS                                                               \
             " UNION ALL SELECT organization_id, month, counter, 1 FROM fact_contribution"                             \
             " UNION ALL SELECT f.organization_id, f.month, c.* FROM fact_attendance f CROSS JOIN LATERAL (VALUES"     \
             "   ('base_members', base_members), ('present', present), ('excused', excused),"                          \
             "   ('unexcused', unexcused)) c"                                                                          \
             " UNION ALL SELECT organization_id, month, 'documents_published', published::int FROM fact_document"      \
             " UNION ALL SELECT organization_id, " LOCAL_MONTH(                                                        \
                 "read_at_us") ", 'documents_read', 1 FROM fact_read"                                                  \
                               "   WHERE subject_type = " SQL_SUBJECT_TYPE_DOCUMENT " AND organization_id IS NOT NULL" \
                               " UNION ALL SELECT id, NULL, c.* FROM directory_organization CROSS JOIN LATERAL"        \
                               "   (VALUES ('organizations', 1), ('branches', (level = " SQL_LEVEL_BRANCH ")::int)) c" \
                               "   WHERE state = " SQL_ORGANIZATION_STATE_ACTIVE

void assert_counters_are_true(struct fixture *f)
{
    static const struct pg_statement TRUE = {
        .name = "true_counters",
        .sql = LINES_OF("SELECT a.id, u.month, u.counter, sum(u.n) FROM (" FACTS
                        ") u(organization_id, month, counter, n)"
                        " LEFT JOIN directory_organization d ON d.id = u.organization_id"
                        " CROSS JOIN unnest(coalesce(d.path, ARRAY[u.organization_id])) AS a(id) GROUP BY 1, 2, 3")};
    assert_string_equal(all_counters(f), text_of(f, &TRUE));
}
