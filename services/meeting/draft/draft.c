#include "services/meeting/draft/draft.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include <string.h>

/* --- when --------------------------------------------------------------------------------------------------------- */

enum { USUAL_DAY = 3, USUAL_MINUTE = 19 * 60 + 30 };

static int minute_of(int64_t at_us)
{
    return (int)((at_us - clock_date_start_us(clock_local_date(at_us))) / CLOCK_MINUTE_US);
}

static int day_of(int64_t at_us)
{
    int year, month, day;
    clock_date_split(clock_local_date(at_us), &year, &month, &day);
    return day;
}

struct draft_rhythm draft_rhythm_of(const struct directory_org *org, const struct meeting *last)
{
    return (struct draft_rhythm){
        .day = org->meeting_day > 0 ? org->meeting_day
               : last               ? day_of(last->starts_at_us)
                                    : USUAL_DAY,
        .minute = org->meeting_minute >= 0 ? org->meeting_minute
                  : last                   ? minute_of(last->starts_at_us)
                                           : USUAL_MINUTE,
        .place = org->meeting_place ? org->meeting_place
                 : last             ? last->place
                                    : "",
    };
}

static int64_t moment(const struct draft_rhythm *rhythm, int32_t date)
{
    return clock_date_start_us(date) + rhythm->minute * CLOCK_MINUTE_US;
}

int64_t draft_usual_us(const struct draft_rhythm *rhythm, int32_t month)
{
    return moment(rhythm, clock_month_date(month, rhythm->day));
}

bool draft_is_taken(const int32_t taken[], size_t n_taken, int32_t month)
{
    for (size_t i = 0; i < n_taken; i++)
        if (taken[i] == month)
            return true;
    return false;
}

int32_t draft_month(const struct draft_rhythm *rhythm, const int32_t taken[], size_t n_taken, int64_t now_us)
{
    int32_t first = clock_local_month(now_us), last = clock_local_month(now_us + MEETING_DAYS_AHEAD * CLOCK_DAY_US);
    if (draft_usual_us(rhythm, first) <= now_us)
        first++;
    for (int32_t month = first; month <= last; month++)
        if (!draft_is_taken(taken, n_taken, month) && draft_starts_at(rhythm, month, now_us) > now_us)
            return month;
    return last; /* whoever has planned for a year sees what there would be */
}

enum err draft_check_month(int32_t month, int64_t now_us)
{
    if (month < clock_local_month(now_us))
        return ERR_FIELD_PAST;
    int64_t furthest = now_us + MEETING_DAYS_AHEAD * CLOCK_DAY_US;
    return month > clock_local_month(furthest) ? ERR_FIELD_TOO_LARGE : ERR_OK;
}

/* The first day of the lunar year as Vietnam has it (month * 100 + day), from TET_BEGINS on: by Hồ Ngọc Đức's
 * algorithm. */
enum { TET_BEGINS = 2024 };
static const int16_t TET[] = {210, 129, 217, 206, 126, 213, 202, 123, 211, 131, 219, 208, 128, 215, 204, 124, 212, 201,
                              122, 210, 130, 217, 206, 126, 214, 202, 123, 211, 201, 218, 208, 128, 215, 204, 124, 212,
                              202, 121, 209, 129, 217, 205, 126, 214, 203, 123, 211, 131, 219, 207, 127, 215};
enum { TET_EVE = -1, TET_ENDS = 4 /* its fifth day, from its first */ };

/* The first day of the lunar year that begins in the same year; 0: not known. */
static int32_t tet_near(int32_t date)
{
    int year, month, day;
    clock_date_split(date, &year, &month, &day);
    bool is_known = year >= TET_BEGINS && year < TET_BEGINS + (int)ARRAY_LENGTH(TET);
    int16_t tet = is_known ? TET[year - TET_BEGINS] : 0;
    return is_known ? clock_date_join(year, tet / 100, tet % 100) : 0;
}

bool draft_is_tet(int32_t date)
{
    int32_t tet = tet_near(date);
    return tet != 0 && date >= tet + TET_EVE && date <= tet + TET_ENDS;
}

static int32_t around_tet(int32_t date, int32_t month)
{
    if (!draft_is_tet(date))
        return date;
    int32_t behind = tet_near(date) + TET_ENDS + 1;
    bool is_in_month = behind <= clock_month_date(month, 31);
    return is_in_month ? behind : tet_near(date) + TET_EVE - 1;
}

int64_t draft_starts_at(const struct draft_rhythm *rhythm, int32_t month, int64_t now_us)
{
    int32_t last = clock_month_date(month, 31), tomorrow = clock_local_date(now_us) + 1;
    int32_t date = around_tet(clock_month_date(month, rhythm->day), month);
    if (moment(rhythm, date) <= now_us && tomorrow <= last)
        date = around_tet(tomorrow, month);
    return moment(rhythm, date);
}

/* --- what about --------------------------------------------------------------------------------------------------- */

struct lines {
    TALLOC_CTX *ctx;
    struct agenda_item *items;
    size_t n;
};

static bool has_title(const struct lines *lines, const char *title)
{
    for (size_t i = 0; i < lines->n; i++)
        if (strcmp(lines->items[i].title, title) == 0)
            return true;
    return false;
}

static void add_line(struct lines *lines, Pb__AgendaItem__Source__Type source, const struct uuid *id,
                     struct agenda_item line)
{
    if (lines->n == MEETING_AGENDA_LIMIT_ITEMS || has_title(lines, line.title))
        return;
    line.id = (struct uuid){{0}};
    line.has_outcome = false;
    line.has_source = true;
    line.source_type = source;
    line.source = *id;
    lines->items[lines->n++] = line;
}

static void add_templates(struct lines *lines, const struct draft_sources *sources, Pb__MeetingKind kind)
{
    for (size_t i = 0; i < sources->n_templates; i++) {
        const struct agenda_template *of = &sources->templates[i];
        if (template_is_for(of, kind))
            add_line(lines, PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_TEMPLATE, &of->is.id,
                     (struct agenda_item){.title = of->title, .minutes = of->minutes});
    }
}

static bool is_carried_over(const struct agenda_item *item)
{
    return item->has_outcome && item->outcome == PB__ITEM_OUTCOME__ITEM_OUTCOME_CARRIED_OVER;
}

static void add_carried_over(struct lines *lines, const struct meeting *last)
{
    for (size_t i = 0; last && i < last->n_agenda; i++)
        if (is_carried_over(&last->agenda[i]))
            add_line(lines, PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_CARRY_OVER, &last->id, last->agenda[i]);
}

/* Their documents were for that meeting. */
static void add_last_topics(struct lines *lines, const struct meeting *last)
{
    for (size_t i = 0; last && i < last->n_agenda; i++)
        add_line(lines, PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_LAST_MEETING, &last->id,
                 (struct agenda_item){.title = last->agenda[i].title, .minutes = last->agenda[i].minutes});
}

static void add_tasks(struct lines *lines, const struct draft_sources *sources, int32_t date)
{
    for (size_t i = 0; i < sources->n_tasks && sources->tasks[i].is.due_on <= date; i++)
        add_line(lines, PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_TASK, &sources->tasks[i].is.is.id,
                 (struct agenda_item){.title = sources->tasks[i].is.title, .minutes = DRAFT_MINUTES});
}

static void add_document(struct lines *lines, const struct draft_line *document)
{
    struct agenda_document *named = mem_new(lines->ctx, struct agenda_document);
    *named = (struct agenda_document){.id = document->id,
                                      .title = document->title,
                                      .has_state = true,
                                      .state = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED};
    add_line(
        lines, PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_DOCUMENT, &document->id,
        (struct agenda_item){.title = document->title, .minutes = DRAFT_MINUTES, .documents = named, .n_documents = 1});
}

void draft_agenda(TALLOC_CTX *ctx, const struct draft_sources *sources, struct meeting *ret_draft)
{
    struct lines lines = {ctx, mem_array(ctx, struct agenda_item, MEETING_AGENDA_LIMIT_ITEMS), 0};
    add_carried_over(&lines, sources->last); /* with its documents, before a template of the same title */
    size_t n_carried_over = lines.n;
    add_templates(&lines, sources, ret_draft->kind);
    bool has_templates = lines.n > n_carried_over;
    for (size_t i = 0; i < sources->n_proposals; i++)
        add_line(&lines, PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_PROPOSAL, &sources->proposals[i].id,
                 (struct agenda_item){.title = sources->proposals[i].title, .minutes = DRAFT_MINUTES});
    add_tasks(&lines, sources, clock_local_date(ret_draft->starts_at_us));
    for (size_t i = 0; i < sources->n_documents; i++)
        add_document(&lines, &sources->documents[i]);
    if (!has_templates)
        add_last_topics(&lines, sources->last);
    ret_draft->agenda = lines.items;
    ret_draft->n_agenda = lines.n;
}
