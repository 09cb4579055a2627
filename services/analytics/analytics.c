#include "services/analytics/analytics.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include <string.h>

bool analytics_may_see(unsigned standing)
{
    return (standing & (STANDING_HEAD | STANDING_COMMITTEE | STANDING_OFFICER | STANDING_ADMIN)) != 0;
}

int64_t analytics_at(int64_t claimed_at_us, int64_t now_us)
{
    int64_t oldest_us = now_us - ANALYTICS_OLDEST_US;
    if (claimed_at_us < oldest_us)
        return oldest_us;
    return claimed_at_us < now_us ? claimed_at_us : now_us;
}

bool analytics_branch_at(const Pb__DirectoryMember *record, int64_t at_us, struct uuid *ret_branch)
{
    for (size_t i = 0; record && i < record->n_intervals; i++) {
        const Pb__DirectoryMember__Interval *interval = record->intervals[i];
        if (!interval->has_to_us || at_us < interval->to_us)
            return interval->status != PB__MEMBER_STATUS__MEMBER_STATUS_LEFT &&
                   uuid_from_pb(interval->branch_id, ret_branch) == ERR_OK;
    }
    return false;
}

struct analytics_month analytics_count_reading(const struct analytics_reading *reading)
{
    struct analytics_month counts = {0};
    counts.n[MONTH_READ] = reading->is_known && reading->has_branch &&
                           reading->type == PB__SUBJECT_TYPE__SUBJECT_TYPE_DOCUMENT;
    return counts;
}

/* --- meetings ----------------------------------------------------------------------------------------------------- */

void analytics_take_meeting(struct analytics_meeting *meeting, const Pb__MeetingFacts *facts,
                            const struct uuid *organization)
{
    *meeting = (struct analytics_meeting){
        .version = facts->version,
        .organization = *organization,
        .month = facts->month,
        .kind = facts->kind,
        .state = facts->state,
        .is_registered = facts->has_registered_at_us,
        .is_on_time = facts->has_registered_on_time && facts->registered_on_time,
    };
}

struct analytics_month analytics_count_meeting(const struct analytics_meeting *meeting)
{
    struct analytics_month counts = {0};
    bool is_cancelled = meeting->state == PB__MEETING_STATE__MEETING_STATE_CANCELLED;
    bool is_regular = meeting->kind == PB__MEETING_KIND__MEETING_KIND_REGULAR;
    if (meeting->version == 0)
        return counts;
    counts.n[MONTH_CANCELLED] = is_cancelled;
    counts.n[MONTH_HELD] = meeting->state == PB__MEETING_STATE__MEETING_STATE_HELD;
    counts.n[MONTH_REGISTERED] = meeting->is_registered && !is_cancelled;
    counts.n[MONTH_ON_TIME] = meeting->is_on_time && !is_cancelled;
    counts.n[MONTH_REGULAR] = is_regular && counts.n[MONTH_REGISTERED];
    counts.n[MONTH_REGULAR_HELD] = is_regular && counts.n[MONTH_HELD];
    return counts;
}

/* --- documents ---------------------------------------------------------------------------------------------------- */

static const struct uuid *ids_of(TALLOC_CTX *ctx, const ProtobufCBinaryData from[], size_t n, size_t *ret_n)
{
    struct uuid *ids = mem_array(ctx, struct uuid, n + 1);
    *ret_n = 0;
    for (size_t i = 0; i < n; i++)
        if (uuid_from_pb(from[i], &ids[*ret_n]) == ERR_OK)
            (*ret_n)++;
    return ids;
}

static void take_audience(TALLOC_CTX *ctx, struct analytics_audience *to, const Pb__Audience *from)
{
    int32_t *roles = mem_array(ctx, int32_t, from->n_roles + 1);
    to->organizations = ids_of(ctx, from->organization_ids, from->n_organization_ids, &to->n_organizations);
    to->members = ids_of(ctx, from->member_ids, from->n_member_ids, &to->n_members);
    to->subtree = from->subtree;
    to->whole = from->n_roles == 0;
    to->roles = roles;
    for (size_t i = 0; i < from->n_roles; i++) {
        roles[to->n_roles++] = (int32_t)from->roles[i];
        to->whole = to->whole || from->roles[i] == PB__ROLE__ROLE_MEMBER; /* everyone is a member too */
    }
}

void analytics_take_document(TALLOC_CTX *ctx, struct analytics_document *document, const Pb__DocumentFacts *facts,
                             const struct uuid *organization, int64_t now_us)
{
    *document = (struct analytics_document){
        .version = facts->version,
        .organization = *organization,
        .month = facts->has_month ? facts->month : clock_local_month(now_us),
        .is_published = facts->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED &&
                        facts->classification != PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED,
    };
    take_audience(ctx, &document->audience, facts->audience);
}

struct analytics_month analytics_count_document(const struct analytics_document *document)
{
    struct analytics_month counts = {0};
    counts.n[MONTH_PUBLISHED] = document->is_published;
    return counts;
}

static bool same(const void *a, size_t n_a, const void *b, size_t n_b, size_t bytes)
{
    return n_a == n_b && (n_a == 0 || memcmp(a, b, n_a * bytes) == 0);
}

bool analytics_same_readers(const struct analytics_document *a, const struct analytics_document *b)
{
    const struct analytics_audience *x = &a->audience, *y = &b->audience;
    if (!a->is_published && !b->is_published)
        return true;
    return a->is_published == b->is_published && a->month == b->month && x->subtree == y->subtree &&
           x->whole == y->whole &&
           same(x->organizations, x->n_organizations, y->organizations, y->n_organizations, sizeof *x->organizations) &&
           same(x->roles, x->n_roles, y->roles, y->n_roles, sizeof *x->roles) &&
           same(x->members, x->n_members, y->members, y->n_members, sizeof *x->members);
}

/* --- members ------------------------------------------------------------------------------------------------------ */

void analytics_take_member(struct analytics_member *member, const Pb__DirectoryMember *record)
{
    const Pb__DirectoryMember__Interval *newest = record->n_intervals > 0 ? record->intervals[record->n_intervals - 1]
                                                                          : NULL;
    bool is_here = newest && !newest->has_to_us;
    member->version = record->version;
    member->record = record;
    member->has_branch = is_here && uuid_from_pb(newest->branch_id, &member->branch) == ERR_OK;
    member->status = is_here ? newest->status : PB__MEMBER_STATUS__MEMBER_STATUS_LEFT;
    member->is_exempt = is_here && newest->exempt;
}

void analytics_take_start(struct analytics_member *member, int32_t date, int32_t today)
{
    if (date > member->active_on)
        member->active_on = date;
    member->is_active = member->active_on >= today - ANALYTICS_ACTIVE_DAYS;
}

bool analytics_is_counted(const struct analytics_member *member)
{
    return member->has_branch && member->status != PB__MEMBER_STATUS__MEMBER_STATUS_LEFT;
}

struct analytics_total analytics_count_member(const struct analytics_member *member)
{
    struct analytics_total counts = {0};
    if (!analytics_is_counted(member))
        return counts;
    counts.n[TOTAL_MEMBERS] = 1;
    counts.n[TOTAL_EXEMPT] = member->is_exempt;
    counts.n[TOTAL_ATTENDANCE_BASE] = !member->is_exempt &&
                                      member->status != PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED;
    counts.n[TOTAL_ACTIVATED] = member->is_activated;
    counts.n[TOTAL_INSTALLED] = member->devices > 0;
    counts.n[TOTAL_ACTIVE_30D] = member->is_active;
    return counts;
}

static bool same_position(const Pb__DirectoryMember__Position *a, const Pb__DirectoryMember__Position *b)
{
    return a->role == b->role && a->has_to_us == b->has_to_us && a->organization_id.len == b->organization_id.len &&
           memcmp(a->organization_id.data, b->organization_id.data, a->organization_id.len) == 0;
}

bool analytics_same_places(const struct analytics_member *a, const struct analytics_member *b)
{
    size_t n = a->record ? a->record->n_positions : 0;
    if (analytics_is_counted(a) != analytics_is_counted(b) ||
        (analytics_is_counted(a) && !uuid_equal(&a->branch, &b->branch)))
        return false;
    if (n != (b->record ? b->record->n_positions : 0))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!same_position(a->record->positions[i], b->record->positions[i]))
            return false;
    return true;
}

/* --- dashboards --------------------------------------------------------------------------------------------------- */

static Pb__Dashboard__Meetings *meetings(TALLOC_CTX *ctx, const struct analytics_counters *c)
{
    Pb__Dashboard__Meetings *m = mem_new(ctx, Pb__Dashboard__Meetings);
    pb__dashboard__meetings__init(m);
    m->registered = c->registered;
    m->on_time = c->on_time;
    m->held = c->held;
    m->cancelled = c->cancelled;
    m->branches_not_registered = c->branches - c->branches_registered;
    m->branches_not_held = c->branches - c->branches_held;
    return m;
}

/* Attendance and resolutions are counted once meetings are held; until then they are zero. */
static void fill_later(TALLOC_CTX *ctx, Pb__Dashboard *dashboard)
{
    dashboard->attendance = mem_new(ctx, Pb__Dashboard__Attendance);
    pb__dashboard__attendance__init(dashboard->attendance);
    dashboard->resolutions = mem_new(ctx, Pb__Dashboard__Resolutions);
    pb__dashboard__resolutions__init(dashboard->resolutions);
}

static void fill_month(TALLOC_CTX *ctx, const struct analytics_counters *c, Pb__Dashboard *dashboard)
{
    dashboard->meetings = meetings(ctx, c);
    dashboard->documents = mem_new(ctx, Pb__Dashboard__Documents);
    pb__dashboard__documents__init(dashboard->documents);
    dashboard->documents->published = c->documents_published;
    dashboard->documents->audience = c->documents_audience;
    dashboard->documents->read = c->documents_read;
    dashboard->participation = mem_new(ctx, Pb__Dashboard__Participation);
    pb__dashboard__participation__init(dashboard->participation);
    dashboard->participation->comments = c->comments;
}

void analytics_fill_dashboard(TALLOC_CTX *ctx, const struct analytics_counters *c, Pb__Dashboard *dashboard)
{
    dashboard->members = c->members;
    dashboard->exempt = c->exempt;
    dashboard->attendance_base = c->attendance_base;
    dashboard->organizations = c->organizations;
    dashboard->branches = c->branches;
    dashboard->adoption = mem_new(ctx, Pb__Dashboard__Adoption);
    pb__dashboard__adoption__init(dashboard->adoption);
    dashboard->adoption->activated = c->activated;
    dashboard->adoption->installed = c->installed;
    dashboard->adoption->active_30d = c->active_30d;
    fill_month(ctx, c, dashboard);
    fill_later(ctx, dashboard);
}
