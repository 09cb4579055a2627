#include "services/meeting/reminder/prompt.h"

#include "common/base/mem.h"
#include "services/directory/rules.h"
#include "services/meeting/reminder/prompt_texts.h"

enum { MORNING_HOUR = 7, EVENING_HOUR = 20 };

int64_t prompt_due_us(int32_t day)
{
    return clock_date_start_us(day) + MORNING_HOUR * CLOCK_HOUR_US;
}

bool prompt_is_timely(int32_t day, int64_t now_us)
{
    return clock_local_date(now_us) == day && now_us < clock_date_start_us(day) + EVENING_HOUR * CLOCK_HOUR_US;
}

/* --- in groups ---------------------------------------------------------------------------------------------------- */

static struct prompt_group *group_of(struct prompt_groups *groups, const struct prompt_group *like)
{
    for (size_t i = 0; i < groups->items.n; i++) {
        struct prompt_group *group = &groups->items.items[i];
        if (group->prompt == like->prompt && group->month == like->month && group->last == like->last &&
            uuid_equal(&group->root, &like->root))
            return group;
    }
    array_add(groups->ctx, &groups->items, *like);
    return &groups->items.items[groups->items.n - 1];
}

static void add(struct prompt_groups *groups, const struct prompt_branch *branch, enum prompt prompt, int32_t month,
                int32_t last)
{
    const struct prompt_group like = {.prompt = prompt, .month = month, .last = last, .root = branch->root};
    struct prompt_group *group = group_of(groups, &like);
    array_add(groups->ctx, &group->branches, branch->id);
}

/* --- of whom ------------------------------------------------------------------------------------------------------ */

/* A branch on a day, with the rules that hold for it. */
struct judged {
    struct prompt_groups *groups;
    const struct prompt_branch *branch;
    int32_t day;
    Pb__RuleValues rules;
};

static bool is_day_of(const struct judged *judged, Pb__ReminderKind kind, int64_t due_us)
{
    for (size_t i = 0; i < judged->rules.n_reminders; i++) {
        const Pb__RuleReminder *reminder = judged->rules.reminders[i];
        int64_t at_us = due_us + reminder->offset_hours * CLOCK_HOUR_US;
        if (reminder->kind == kind && clock_local_date(at_us) == judged->day)
            return true;
    }
    return false;
}

/* Until the last day is over, and behind it. */
static const enum prompt DUE[] = {
    [PB__REMINDER_KIND__REMINDER_KIND_NOT_REGISTERED] = PROMPT_REGISTER_DUE,
    [PB__REMINDER_KIND__REMINDER_KIND_NOT_HELD] = PROMPT_HOLD_DUE,
    [PB__REMINDER_KIND__REMINDER_KIND_RESOLUTION_OVERDUE] = PROMPT_SETTLE_DUE,
};
static const enum prompt LATE[] = {
    [PB__REMINDER_KIND__REMINDER_KIND_NOT_REGISTERED] = PROMPT_REGISTER_LATE,
    [PB__REMINDER_KIND__REMINDER_KIND_NOT_HELD] = PROMPT_HOLD_LATE,
    [PB__REMINDER_KIND__REMINDER_KIND_RESOLUTION_OVERDUE] = PROMPT_SETTLE_LATE,
};

static void judge_reminder(const struct judged *judged, Pb__ReminderKind kind, int32_t month, int64_t due_us)
{
    int32_t last = clock_local_date(due_us);
    if (is_day_of(judged, kind, due_us))
        add(judged->groups, judged->branch, judged->day > last ? LATE[kind] : DUE[kind], month, last);
}

static bool has_registered(const struct prompt_branch *branch, int32_t month)
{
    for (size_t i = 0; i < branch->n_meetings; i++)
        if (branch->meetings[i].month == month)
            return true;
    return false;
}

static void judge_registration(const struct judged *judged, int32_t month, int64_t now_us)
{
    const struct prompt_branch *branch = judged->branch;
    int64_t due_us = directory_registration_due_at_us(branch->rules, branch->path, branch->n_path, month, now_us);
    int32_t last = clock_local_date(due_us);
    if (has_registered(branch, month))
        return;
    if (judged->day == last - MEETING_DRAFT_DAYS)
        add(judged->groups, branch, PROMPT_DRAFT_READY, month, last);
    else
        judge_reminder(judged, PB__REMINDER_KIND__REMINDER_KIND_NOT_REGISTERED, month, due_us);
}

static void judge_meeting(const struct judged *judged, const struct prompt_meeting *meeting)
{
    if (!meeting->is_held)
        judge_reminder(judged, PB__REMINDER_KIND__REMINDER_KIND_NOT_HELD, meeting->month,
                       clock_date_last_us(clock_local_date(meeting->starts_at_us)));
    else if (meeting->settle_due_us > 0)
        judge_reminder(judged, PB__REMINDER_KIND__REMINDER_KIND_RESOLUTION_OVERDUE, meeting->month,
                       meeting->settle_due_us);
}

void prompt_judge(struct prompt_groups *groups, const struct prompt_branch *branch, int32_t day, int64_t now_us)
{
    struct judged judged = {.groups = groups, .branch = branch, .day = day};
    int32_t first = clock_local_month(clock_date_start_us(day));
    directory_rules_at(branch->rules, branch->path, branch->n_path, now_us, &judged.rules);
    for (int32_t month = first; month <= first + PROMPT_MONTHS_BEHIND; month++)
        judge_registration(&judged, month, now_us);
    for (size_t i = 0; i < branch->n_meetings; i++)
        judge_meeting(&judged, &branch->meetings[i]);
}

/* --- words -------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *title, *last /* how the title goes on with the last day; NULL: it does not */, *body;
} WORDS[] = {
    [PROMPT_DRAFT_READY] = {TEXT_DRAFT_READY, TEXT_DRAFT_LAST, TEXT_DRAFT_BODY},
    [PROMPT_REGISTER_DUE] = {TEXT_REGISTER_DUE, TEXT_LAST, TEXT_REGISTER_BODY},
    [PROMPT_REGISTER_LATE] = {TEXT_REGISTER_LATE, NULL, TEXT_REGISTER_BODY},
    [PROMPT_HOLD_DUE] = {TEXT_HOLD_DUE, TEXT_LAST, TEXT_HOLD_DUE_BODY},
    [PROMPT_HOLD_LATE] = {TEXT_HOLD_LATE, NULL, TEXT_HOLD_LATE_BODY},
    [PROMPT_SETTLE_DUE] = {TEXT_SETTLE_DUE, TEXT_LAST, TEXT_SETTLE_BODY},
    [PROMPT_SETTLE_LATE] = {TEXT_SETTLE_LATE, NULL, TEXT_SETTLE_BODY},
};

struct reminder_words prompt_words(TALLOC_CTX *ctx, const struct prompt_group *group)
{
    int y, m, d;
    clock_date_split(group->last, &y, &m, &d);
    const char *title = WORDS[group->prompt].title, *body = WORDS[group->prompt].body, *last = "";
    if (WORDS[group->prompt].last)
        last = mem_printf(ctx, TEXT_DAY, WORDS[group->prompt].last, d, m, y);
    title = mem_printf(ctx, TEXT_MONTH, title, group->month % 12 + 1, group->month / 12, last);
    return (struct reminder_words){title, body};
}
