#include "services/analytics/export/export.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "services/analytics/export/texts.h"
#include "sotay/v1/analytics.pb-c.h"
#include "sotay/v1/auth.pb-c.h"
#include <string.h>

/* --- who ---------------------------------------------------------------------------------------------------------- */

bool export_may(unsigned standing)
{
    return (standing & (STANDING_SECRETARY | STANDING_OFFICER)) != 0;
}

unsigned export_standing(const struct directory_person *person, const struct directory_org *org, int64_t at_us)
{
    const Pb__DirectoryMember__Interval *now = person ? directory_interval(person->record, at_us) : NULL;
    bool is_suspended = now && now->status == PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED;
    return person && !is_suspended ? directory_standing(person, org, at_us) : 0;
}

Pb__Scope *export_scope(TALLOC_CTX *ctx, const struct directory_person *person, int64_t at_us)
{
    const Pb__DirectoryMember *record = person->record;
    const Pb__DirectoryMember__Interval *now = directory_interval(record, at_us);
    Pb__Scope *scope = mem_new(ctx, Pb__Scope);
    pb__scope__init(scope);
    scope->has_member_id = true;
    scope->member_id = uuid_to_pb(ctx, &person->id);
    scope->has_branch_id = now && now->status != PB__MEMBER_STATUS__MEMBER_STATUS_LEFT;
    if (scope->has_branch_id)
        scope->branch_id = now->branch_id;
    scope->grants = mem_array(ctx, Pb__Grant *, record->n_positions + 1);
    for (size_t i = 0; i < record->n_positions; i++) {
        if (!directory_position_holds(record->positions[i], at_us))
            continue;
        Pb__Grant *grant = mem_new(ctx, Pb__Grant);
        pb__grant__init(grant);
        grant->role = record->positions[i]->role;
        grant->organization_id = record->positions[i]->organization_id;
        scope->grants[scope->n_grants++] = grant;
    }
    return scope;
}

/* --- what it is asked for with ------------------------------------------------------------------------------------ */

#define OF(kind) (1U << PB__TABLE_KIND__TABLE_KIND_##kind)

/* Which of its words each list has, as its own; -1: none. */
static const struct {
    int32_t compliance, meeting;
} STATES[] = {
    [PB__TABLE_STATE__TABLE_STATE_NOT_REGISTERED] = {PB__COMPLIANCE_STATE__COMPLIANCE_STATE_NOT_REGISTERED, -1},
    [PB__TABLE_STATE__TABLE_STATE_REGISTERED] = {PB__COMPLIANCE_STATE__COMPLIANCE_STATE_REGISTERED, -1},
    [PB__TABLE_STATE__TABLE_STATE_NOT_HELD] = {PB__COMPLIANCE_STATE__COMPLIANCE_STATE_NOT_HELD, -1},
    [PB__TABLE_STATE__TABLE_STATE_HELD] = {PB__COMPLIANCE_STATE__COMPLIANCE_STATE_HELD,
                                           PB__MEETING_STATE__MEETING_STATE_HELD},
    [PB__TABLE_STATE__TABLE_STATE_RESOLUTION_OVERDUE] = {PB__COMPLIANCE_STATE__COMPLIANCE_STATE_RESOLUTION_OVERDUE, -1},
    [PB__TABLE_STATE__TABLE_STATE_COMPLETE] = {PB__COMPLIANCE_STATE__COMPLIANCE_STATE_COMPLETE, -1},
    [PB__TABLE_STATE__TABLE_STATE_DRAFT] = {-1, PB__MEETING_STATE__MEETING_STATE_DRAFT},
    [PB__TABLE_STATE__TABLE_STATE_SCHEDULED] = {-1, PB__MEETING_STATE__MEETING_STATE_SCHEDULED},
    [PB__TABLE_STATE__TABLE_STATE_CANCELLED] = {-1, PB__MEETING_STATE__MEETING_STATE_CANCELLED},
};

static bool knows_state(Pb__TableKind kind, Pb__TableState state)
{
    return (kind == PB__TABLE_KIND__TABLE_KIND_COMPLIANCE ? STATES[state].compliance : STATES[state].meeting) >= 0;
}

/* The first field that lists of this kind do not have; NULL: they have all. */
static const char *stranger(Pb__TableKind kind, const Pb__TableFilter *filter)
{
    const struct {
        const char *field;
        bool is_set;
        unsigned kinds;
    } fields[] = {
        {"/filter/month", filter->has_month, OF(COMPLIANCE) | OF(MEETINGS)},
        {"/filter/state", filter->has_state, OF(COMPLIANCE) | OF(MEETINGS)},
        {"/filter/from", filter->has_from, OF(MEETINGS)},
        {"/filter/to", filter->has_to, OF(MEETINGS)},
        {"/filter/kind", filter->has_kind, OF(MEETINGS)},
        {"/filter/status", filter->has_status, OF(MEMBERS)},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++)
        if (fields[i].is_set && !(fields[i].kinds >> kind & 1))
            return fields[i].field;
    return NULL;
}

enum err export_check(Pb__TableKind kind, const Pb__TableFilter *filter, unsigned standing, const char **ret_field)
{
    *ret_field = filter ? stranger(kind, filter) : NULL;
    if (*ret_field)
        return ERR_FIELD_UNKNOWN;
    if (!filter)
        return ERR_OK;
    *ret_field = "/filter/state";
    if (filter->has_state && !knows_state(kind, filter->state))
        return ERR_FIELD_CHOICE;
    *ret_field = "/filter/month";
    if (filter->has_month && (filter->has_from || filter->has_to))
        return ERR_FIELD_CONFLICT;
    *ret_field = "/filter/to";
    if (filter->has_from && filter->has_to && filter->to < filter->from)
        return ERR_FIELD_TOO_SMALL;
    *ret_field = NULL;
    return filter->has_status && !(standing & (STANDING_HEAD | STANDING_ADMIN)) ? ERR_NOT_ALLOWED : ERR_OK;
}

Pb__TableFilter *export_settle(TALLOC_CTX *ctx, Pb__TableKind kind, const Pb__TableFilter *filter, int64_t now_us)
{
    bool needs_month = kind == PB__TABLE_KIND__TABLE_KIND_COMPLIANCE && !(filter && filter->has_month);
    if (!filter && !needs_month)
        return NULL;
    Pb__TableFilter *settled = mem_new(ctx, Pb__TableFilter);
    pb__table_filter__init(settled);
    if (filter)
        *settled = *filter;
    settled->has_month = settled->has_month || needs_month;
    if (needs_month)
        settled->month = clock_local_month(now_us);
    return settled;
}

/* --- the list ----------------------------------------------------------------------------------------------------- */

enum { PAGE = 100, PAGE_OF_MEMBERS = 500 }; /* the most that the lists give */

static ProtobufCMessage *ask_compliance(TALLOC_CTX *ctx, ProtobufCBinaryData organization,
                                        const Pb__TableFilter *filter, ProtobufCBinaryData cursor)
{
    Pb__ListCompliance *ask = mem_new(ctx, Pb__ListCompliance);
    pb__list_compliance__init(ask);
    ask->organization_id = organization;
    ask->has_month = filter->has_month;
    ask->month = filter->month;
    ask->has_state = filter->has_state;
    ask->state = filter->has_state ? (Pb__ComplianceState)STATES[filter->state].compliance : 0;
    ask->has_limit = true;
    ask->limit = PAGE;
    ask->has_cursor = cursor.len > 0;
    ask->cursor = cursor;
    return &ask->base;
}

static ProtobufCMessage *ask_meetings(TALLOC_CTX *ctx, ProtobufCBinaryData organization, const Pb__TableFilter *filter,
                                      ProtobufCBinaryData cursor)
{
    Pb__ListMeetings *ask = mem_new(ctx, Pb__ListMeetings);
    pb__list_meetings__init(ask);
    ask->has_organization_id = true;
    ask->organization_id = organization;
    ask->has_month = filter->has_month;
    ask->month = filter->month;
    ask->has_from = filter->has_from;
    ask->from = clock_local_date(clock_month_start_us(filter->from));
    ask->has_to = filter->has_to;
    ask->to = clock_local_date(clock_month_start_us(filter->to + 1)) - 1;
    ask->has_kind = filter->has_kind;
    ask->kind = filter->kind;
    ask->has_state = filter->has_state;
    ask->state = filter->has_state ? (Pb__MeetingState)STATES[filter->state].meeting : 0;
    ask->has_limit = true;
    ask->limit = PAGE;
    ask->has_cursor = cursor.len > 0;
    ask->cursor = cursor;
    return &ask->base;
}

static ProtobufCMessage *ask_members(TALLOC_CTX *ctx, ProtobufCBinaryData organization, const Pb__TableFilter *filter,
                                     ProtobufCBinaryData cursor)
{
    Pb__ListMembers *ask = mem_new(ctx, Pb__ListMembers);
    pb__list_members__init(ask);
    ask->organization_id = organization;
    ask->has_status = filter->has_status;
    ask->status = filter->status;
    ask->has_limit = true;
    ask->limit = PAGE_OF_MEMBERS;
    ask->has_cursor = cursor.len > 0;
    ask->cursor = cursor;
    return &ask->base;
}

struct export_question export_ask(TALLOC_CTX *ctx, const struct export *export, ProtobufCBinaryData cursor)
{
    static const Pb__TableFilter ALL = PB__TABLE_FILTER__INIT;
    const Pb__TableFilter *filter = export->filter ? export->filter : &ALL;
    ProtobufCBinaryData organization = uuid_to_pb(ctx, &export->organization);
    if (export->kind == PB__TABLE_KIND__TABLE_KIND_COMPLIANCE)
        return (struct export_question){"analytics", ask_compliance(ctx, organization, filter, cursor),
                                        &pb__compliance_list__descriptor};
    if (export->kind == PB__TABLE_KIND__TABLE_KIND_MEETINGS)
        return (struct export_question){"meeting", ask_meetings(ctx, organization, filter, cursor),
                                        &pb__meeting_list__descriptor};
    return (struct export_question){"auth", ask_members(ctx, organization, filter, cursor),
                                    &pb__member_list__descriptor};
}

ProtobufCBinaryData export_next(Pb__TableKind kind, const ProtobufCMessage *answer)
{
    if (kind == PB__TABLE_KIND__TABLE_KIND_COMPLIANCE)
        return ((const Pb__ComplianceList *)answer)->next_cursor;
    if (kind == PB__TABLE_KIND__TABLE_KIND_MEETINGS)
        return ((const Pb__MeetingList *)answer)->next_cursor;
    return ((const Pb__MemberList *)answer)->next_cursor;
}

/* --- the file ----------------------------------------------------------------------------------------------------- */

/* What file systems do not take in a name. */
static void make_plain(char *name)
{
    for (; *name; name++)
        if (strchr("/\\:*?\"<>|", *name) || (unsigned char)*name < ' ')
            *name = '-';
}

char *export_file_name(TALLOC_CTX *ctx, const struct export *export, const char *organization)
{
    static const char *const TITLES[] = {
        [PB__TABLE_KIND__TABLE_KIND_COMPLIANCE] = TEXT_FILE_COMPLIANCE,
        [PB__TABLE_KIND__TABLE_KIND_MEETINGS] = TEXT_FILE_MEETINGS,
        [PB__TABLE_KIND__TABLE_KIND_MEMBERS] = TEXT_FILE_MEMBERS,
    };
    const char *month = "";
    if (export->filter && export->filter->has_month)
        month = mem_printf(ctx, " %d-%d", export->filter->month % 12 + 1, export->filter->month / 12);
    char *name = mem_printf(ctx, "%s%s - %s.%s", TITLES[export->kind], month, organization,
                            export->format == PB__TABLE_FORMAT__TABLE_FORMAT_CSV ? "csv" : "xlsx");
    make_plain(name);
    return name;
}

const char *export_media_type(Pb__TableFormat format)
{
    return format == PB__TABLE_FORMAT__TABLE_FORMAT_CSV
               ? "text/csv; charset=utf-8"
               : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}
