#include "services/meeting/home/home.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/directory/rules.h"
#include "services/meeting/home/home_texts.h"
#include <stdlib.h>

/* How long a meeting that has begun is still the next one. */
#define GOES_ON_US (3 * CLOCK_HOUR_US)

bool home_is_ahead(const struct meeting *meeting, const struct meeting_actor *reader, int64_t now_us)
{
    return meeting->state == PB__MEETING_STATE__MEETING_STATE_SCHEDULED &&
           meeting->starts_at_us + GOES_ON_US > now_us &&
           (meeting_convenes(meeting, reader) || meeting_is_participant(meeting, &reader->id, reader->standing));
}

static void add(struct home_list *list, struct home_todo todo)
{
    list->items = mem_grow(list->ctx, list->items, sizeof *list->items, list->n + 1);
    list->items[list->n++] = todo;
}

static char *dated(TALLOC_CTX *ctx, const char *what, const struct meeting *meeting)
{
    int year, month, day;
    clock_date_split(clock_local_date(meeting->starts_at_us), &year, &month, &day);
    return mem_printf(ctx, TEXT_TODO_OF_MEETING, what, day, month, year);
}

static void add_of_meeting(struct home_list *list, Pb__Home__Todo__Kind kind, const char *what,
                           const struct meeting *meeting, int64_t due_at_us)
{
    add(list, (struct home_todo){kind, dated(list->ctx, what, meeting), due_at_us,
                                 PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING, meeting->id});
}

void home_add_pack(struct home_list *list, const struct meeting *next)
{
    add_of_meeting(list, PB__HOME__TODO__KIND__KIND_READ_PACK, TEXT_TODO_READ_PACK, next, next->starts_at_us);
}

static bool lacks_resolution(const struct meeting *meeting)
{
    return meeting_owes_resolution(meeting) && uuid_is_zero(&meeting->resolution.document);
}

void home_add_meeting(struct home_list *list, const struct meeting *meeting, const struct meeting_actor *reader,
                      int64_t now_us)
{
    bool is_over = meeting->state == PB__MEETING_STATE__MEETING_STATE_SCHEDULED && meeting->starts_at_us <= now_us;
    bool is_held = meeting->state == PB__MEETING_STATE__MEETING_STATE_HELD;
    if (is_over && meeting_leads(meeting, reader))
        add_of_meeting(list, PB__HOME__TODO__KIND__KIND_ROLL_CALL, TEXT_TODO_ROLL_CALL, meeting,
                       meeting->starts_at_us + MEETING_OPEN_DAYS * CLOCK_DAY_US);
    if (is_held && !meeting->minutes && meeting_convenes(meeting, reader))
        add_of_meeting(list, PB__HOME__TODO__KIND__KIND_MINUTES, TEXT_TODO_MINUTES, meeting, 0);
    if (lacks_resolution(meeting) && meeting_convenes(meeting, reader))
        add_of_meeting(list, PB__HOME__TODO__KIND__KIND_RESOLUTION, TEXT_TODO_RESOLUTION, meeting,
                       meeting->resolution.due_at_us);
}

/* --- registration ------------------------------------------------------------------------------------------------- */

static bool has_month(const struct uuid *branch, int32_t month, const struct meeting *const meetings[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (uuid_equal(&meetings[i]->organization, branch) && meeting_claims_month(meetings[i]) &&
            meetings[i]->state != PB__MEETING_STATE__MEETING_STATE_DRAFT && meeting_month(meetings[i]) == month)
            return true;
    return false;
}

void home_add_registration(struct home_list *list, const struct meeting_host *branch,
                           const struct meeting *const meetings[], size_t n, int64_t now_us)
{
    int32_t this_month = clock_local_month(now_us);
    for (int32_t month = this_month; month < this_month + HOME_MONTHS; month++) {
        const struct directory_org *org = &branch->org;
        int64_t due_at_us = directory_registration_due_at_us(branch->rules, org->path, org->n_path, month, now_us);
        bool is_ready = clock_local_date(now_us) >= clock_local_date(due_at_us) - MEETING_DRAFT_DAYS;
        if (!is_ready || has_month(&branch->org.id, month, meetings, n))
            continue;
        char *title = mem_printf(list->ctx, TEXT_TODO_REGISTER, month % 12 + 1, month / 12);
        add(list, (struct home_todo){PB__HOME__TODO__KIND__KIND_REGISTER, title, due_at_us,
                                     PB__SUBJECT_TYPE__SUBJECT_TYPE_ORGANIZATION, branch->org.id});
    }
}

void home_add_task(struct home_list *list, const struct task *task)
{
    int64_t ends_at_us = clock_date_last_us(task->due_on);
    add(list, (struct home_todo){PB__HOME__TODO__KIND__KIND_TASK, task->title, ends_at_us,
                                 PB__SUBJECT_TYPE__SUBJECT_TYPE_TASK, task->is.id});
}

static int by_due(const void *one, const void *other)
{
    int64_t a = ((const struct home_todo *)one)->due_at_us, b = ((const struct home_todo *)other)->due_at_us;
    a = a ? a : INT64_MAX;
    b = b ? b : INT64_MAX;
    return (a > b) - (a < b);
}

void home_sort(struct home_list *list)
{
    if (list->n > 1)
        qsort(list->items, list->n, sizeof *list->items, by_due);
}
