#include "services/analytics/export/export_rows.h"

#include "common/base/array.h"
#include "services/analytics/export/texts.h"
#include "sotay/v1/analytics.pb-c.h"
#include "sotay/v1/auth.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"

/* --- columns ------------------------------------------------------------------------------------------------------ */

static const struct export_column COMPLIANCE[] = {
    {TEXT_BRANCH_CODE, 16}, {TEXT_BRANCH, 28},           {TEXT_SUPERIORS, 48},     {TEXT_SECRETARY, 26},
    {TEXT_PHONE, 16},       {TEXT_REGISTRATION_DUE, 18}, {TEXT_REGISTERED_AT, 18}, {TEXT_ON_TIME, 10},
    {TEXT_LATE, 12},        {TEXT_STARTS_AT, 18},        {TEXT_HELD, 10},          {TEXT_RESOLUTION, 16},
    {TEXT_REMINDED_AT, 18},
};
static const struct export_column MEETINGS[] = {
    {TEXT_ORGANIZATION, 28},  {TEXT_LEVEL, 14},     {TEXT_KIND, 14},           {TEXT_STATE, 14},
    {TEXT_MONTH, 10},         {TEXT_STARTS_AT, 18}, {TEXT_PLACE, 32},          {TEXT_REGISTERED_AT, 18},
    {TEXT_ON_TIME, 10},       {TEXT_HELD_AT, 18},   {TEXT_BASE, 12},           {TEXT_PRESENT, 10},
    {TEXT_EXCUSED, 12},       {TEXT_UNEXCUSED, 14}, {TEXT_RESOLUTION_DUE, 18}, {TEXT_RESOLUTION_AT, 18},
    {TEXT_CANCEL_REASON, 32},
};
static const struct export_column MEMBERS[] = {
    {TEXT_FULL_NAME, 28}, {TEXT_BRANCH, 28}, {TEXT_ROLES, 40},
    {TEXT_STATUS, 14},    {TEXT_EXEMPT, 14}, {TEXT_ACTIVATED, 14},
};

const struct export_column *export_columns(Pb__TableKind kind, size_t *ret_n)
{
    if (kind == PB__TABLE_KIND__TABLE_KIND_COMPLIANCE) {
        *ret_n = ARRAY_LENGTH(COMPLIANCE);
        return COMPLIANCE;
    }
    if (kind == PB__TABLE_KIND__TABLE_KIND_MEETINGS) {
        *ret_n = ARRAY_LENGTH(MEETINGS);
        return MEETINGS;
    }
    *ret_n = ARRAY_LENGTH(MEMBERS);
    return MEMBERS;
}

/* --- cells -------------------------------------------------------------------------------------------------------- */

static const struct cell NOTHING = {.type = CELL_NOTHING};

static struct cell text(const char *value)
{
    return value && *value ? (struct cell){.type = CELL_TEXT, .text = value} : NOTHING;
}

static struct cell number(int64_t value)
{
    return (struct cell){.type = CELL_NUMBER, .number = value};
}

static struct cell time_or_nothing(bool has, int64_t at_us)
{
    return has ? (struct cell){.type = CELL_TIME, .number = at_us} : NOTHING;
}

static struct cell yes_or_no(bool has, bool value)
{
    return has ? text(value ? TEXT_YES : TEXT_NO) : NOTHING;
}

/* --- compliance --------------------------------------------------------------------------------------------------- */

static const char *superiors(TALLOC_CTX *ctx, const Pb__Compliance *item)
{
    char *names = mem_text(ctx, "");
    for (size_t i = 0; i < item->n_path; i++)
        names = mem_append(names, "%s%s", i > 0 ? " / " : "", item->path[i]->name);
    return names;
}

static void compliance_row(TALLOC_CTX *ctx, const Pb__Compliance *item, struct cell row[])
{
    static const char *const RESOLUTIONS[] = {
        [PB__COMPLIANCE__RESOLUTION__RESOLUTION_NONE] = "",
        [PB__COMPLIANCE__RESOLUTION__RESOLUTION_DUE] = TEXT_RESOLUTION_WAITS,
        [PB__COMPLIANCE__RESOLUTION__RESOLUTION_OVERDUE] = TEXT_RESOLUTION_OVERDUE,
        [PB__COMPLIANCE__RESOLUTION__RESOLUTION_PUBLISHED] = TEXT_RESOLUTION_PUBLISHED,
    };
    const struct cell cells[ARRAY_LENGTH(COMPLIANCE)] = {
        text(item->branch->code),
        text(item->branch->name),
        text(superiors(ctx, item)),
        item->secretary ? text(item->secretary->full_name) : NOTHING,
        item->secretary ? text(item->secretary->phone) : NOTHING,
        time_or_nothing(true, item->due_at_us),
        time_or_nothing(item->has_registered_at_us, item->registered_at_us),
        yes_or_no(item->has_on_time, item->on_time),
        yes_or_no(true, item->late),
        time_or_nothing(item->has_starts_at_us, item->starts_at_us),
        yes_or_no(true, item->held),
        text(RESOLUTIONS[item->resolution]),
        time_or_nothing(item->has_reminded_at_us, item->reminded_at_us),
    };
    memcpy(row, cells, sizeof cells);
}

/* --- meetings ----------------------------------------------------------------------------------------------------- */

static const char *const LEVELS[] = {
    [PB__LEVEL__LEVEL_CITY] = TEXT_LEVEL_CITY,
    [PB__LEVEL__LEVEL_DISTRICT] = TEXT_LEVEL_DISTRICT,
    [PB__LEVEL__LEVEL_GRASSROOTS] = TEXT_LEVEL_GRASSROOTS,
    [PB__LEVEL__LEVEL_BRANCH] = TEXT_LEVEL_BRANCH,
};
static const char *const MEETING_KINDS[] = {
    [PB__MEETING_KIND__MEETING_KIND_REGULAR] = TEXT_KIND_REGULAR,
    [PB__MEETING_KIND__MEETING_KIND_THEMATIC] = TEXT_KIND_THEMATIC,
    [PB__MEETING_KIND__MEETING_KIND_EXTRAORDINARY] = TEXT_KIND_EXTRAORDINARY,
    [PB__MEETING_KIND__MEETING_KIND_EXECUTIVE] = TEXT_KIND_EXECUTIVE,
};
static const char *const MEETING_STATES[] = {
    [PB__MEETING_STATE__MEETING_STATE_DRAFT] = TEXT_STATE_DRAFT,
    [PB__MEETING_STATE__MEETING_STATE_SCHEDULED] = TEXT_STATE_SCHEDULED,
    [PB__MEETING_STATE__MEETING_STATE_HELD] = TEXT_STATE_HELD,
    [PB__MEETING_STATE__MEETING_STATE_CANCELLED] = TEXT_STATE_CANCELLED,
};

/* Who does not see the roll (officers) gets no numbers. */
static void attendance_cells(const Pb__Attendance *attendance, struct cell cells[4])
{
    for (size_t i = 0; i < 4; i++)
        cells[i] = NOTHING;
    if (!attendance)
        return;
    cells[0] = number(attendance->base_members);
    cells[1] = number(attendance->present);
    cells[2] = number(attendance->excused);
    cells[3] = number(attendance->unexcused);
}

static void meeting_row(const Pb__Meeting *item, struct cell row[])
{
    const Pb__ResolutionStatus *resolution = item->resolution;
    struct cell roll[4];
    attendance_cells(item->attendance, roll);
    const struct cell cells[ARRAY_LENGTH(MEETINGS)] = {
        text(item->organization->name),
        text(LEVELS[item->organization->level]),
        text(MEETING_KINDS[item->kind]),
        text(MEETING_STATES[item->state]),
        {.type = CELL_MONTH, .number = item->month},
        time_or_nothing(true, item->starts_at_us),
        text(item->place),
        time_or_nothing(item->has_registered_at_us, item->registered_at_us),
        yes_or_no(item->has_registered_on_time, item->registered_on_time),
        time_or_nothing(item->has_held_at_us, item->held_at_us),
        roll[0],
        roll[1],
        roll[2],
        roll[3],
        resolution ? time_or_nothing(true, resolution->due_at_us) : NOTHING,
        resolution ? time_or_nothing(resolution->has_published_at_us, resolution->published_at_us) : NOTHING,
        text(item->cancel_reason),
    };
    memcpy(row, cells, sizeof cells);
}

/* --- members ------------------------------------------------------------------------------------------------------ */

static const char *roles(TALLOC_CTX *ctx, const Pb__MemberItem *item)
{
    static const char *const ROLES[] = {
        [PB__ROLE__ROLE_MEMBER] = TEXT_ROLE_MEMBER,       [PB__ROLE__ROLE_DEPUTY_SECRETARY] = TEXT_ROLE_DEPUTY,
        [PB__ROLE__ROLE_SECRETARY] = TEXT_ROLE_SECRETARY, [PB__ROLE__ROLE_COMMITTEE_MEMBER] = TEXT_ROLE_COMMITTEE,
        [PB__ROLE__ROLE_OFFICER] = TEXT_ROLE_OFFICER,     [PB__ROLE__ROLE_ADMIN] = TEXT_ROLE_ADMIN,
    };
    char *names = mem_text(ctx, "");
    for (size_t i = 0; i < item->n_roles; i++)
        names = mem_append(names, "%s%s (%s)", i > 0 ? "; " : "", ROLES[item->roles[i]->role],
                           item->roles[i]->organization->name);
    return names;
}

/* Of whom status and exemption are not shown, there is no more than name, branch and positions. */
static void member_row(TALLOC_CTX *ctx, const Pb__MemberItem *item, struct cell row[])
{
    static const char *const STATUSES[] = {
        [PB__MEMBER_STATUS__MEMBER_STATUS_OFFICIAL] = TEXT_STATUS_OFFICIAL,
        [PB__MEMBER_STATUS__MEMBER_STATUS_PROBATIONARY] = TEXT_STATUS_PROBATIONARY,
        [PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED] = TEXT_STATUS_SUSPENDED,
        [PB__MEMBER_STATUS__MEMBER_STATUS_LEFT] = TEXT_STATUS_LEFT,
    };
    const struct cell cells[ARRAY_LENGTH(MEMBERS)] = {
        text(item->full_name),
        text(item->branch->name),
        text(roles(ctx, item)),
        item->has_status ? text(STATUSES[item->status]) : NOTHING,
        yes_or_no(item->has_exempt, item->exempt),
        yes_or_no(item->has_activated, item->activated),
    };
    memcpy(row, cells, sizeof cells);
}

/* --- a page ------------------------------------------------------------------------------------------------------- */

static size_t count_of(Pb__TableKind kind, const ProtobufCMessage *answer)
{
    if (kind == PB__TABLE_KIND__TABLE_KIND_COMPLIANCE)
        return ((const Pb__ComplianceList *)answer)->n_items;
    if (kind == PB__TABLE_KIND__TABLE_KIND_MEETINGS)
        return ((const Pb__MeetingList *)answer)->n_items;
    return ((const Pb__MemberList *)answer)->n_items;
}

struct export_rows export_rows(TALLOC_CTX *ctx, Pb__TableKind kind, const ProtobufCMessage *answer)
{
    struct export_rows rows = {.n = count_of(kind, answer)};
    (void)export_columns(kind, &rows.n_columns);
    rows.cells = mem_array(ctx, struct cell, rows.n * rows.n_columns + 1);
    for (size_t i = 0; i < rows.n; i++) {
        struct cell *row = rows.cells + i * rows.n_columns;
        if (kind == PB__TABLE_KIND__TABLE_KIND_COMPLIANCE)
            compliance_row(ctx, ((const Pb__ComplianceList *)answer)->items[i], row);
        else if (kind == PB__TABLE_KIND__TABLE_KIND_MEETINGS)
            meeting_row(((const Pb__MeetingList *)answer)->items[i], row);
        else
            member_row(ctx, ((const Pb__MemberList *)answer)->items[i], row);
    }
    return rows;
}
