#include "services/meeting/reminder/reminder.h"

#include "common/base/array.h"
#include "services/meeting/reminder/reminder_texts.h"

bool reminder_may_send(const struct meeting_actor *actor)
{
    return !actor->is_suspended && (actor->standing & (STANDING_HEAD | STANDING_OFFICER));
}

/* --- who is reminded ---------------------------------------------------------------------------------------------- */

enum progress { IS_DONE, IS_NOT_DUE, IS_LATE };

static enum progress registration(const struct reminder_branch *branch, const struct reminder_ask *ask)
{
    if (branch->has_meeting && branch->state != PB__MEETING_STATE__MEETING_STATE_DRAFT)
        return IS_DONE;
    int64_t due_us = directory_registration_due_at_us(branch->rules, branch->path, branch->n_path, ask->month,
                                                      ask->now_us);
    return clock_is_over(due_us, ask->now_us) ? IS_LATE : IS_NOT_DUE;
}

/* From the day behind the meeting on. */
static enum progress holding(const struct reminder_branch *branch, int64_t now_us)
{
    if (branch->has_meeting && branch->state == PB__MEETING_STATE__MEETING_STATE_HELD)
        return IS_DONE;
    bool is_scheduled = branch->has_meeting && branch->state == PB__MEETING_STATE__MEETING_STATE_SCHEDULED;
    bool is_late = is_scheduled && clock_local_date(branch->starts_at_us) < clock_local_date(now_us);
    return is_late ? IS_LATE : IS_NOT_DUE;
}

static enum progress settling(const struct reminder_branch *branch, int64_t now_us)
{
    if (branch->has_meeting && branch->is_settled)
        return IS_DONE;
    bool owes = branch->has_meeting && branch->state == PB__MEETING_STATE__MEETING_STATE_HELD &&
                branch->resolution_due_at_us > 0;
    return owes && clock_is_over(branch->resolution_due_at_us, now_us) ? IS_LATE : IS_NOT_DUE;
}

static enum progress progress_of(const struct reminder_branch *branch, const struct reminder_ask *ask)
{
    switch (ask->kind) {
    case PB__REMINDER_KIND__REMINDER_KIND_NOT_HELD: return holding(branch, ask->now_us);
    case PB__REMINDER_KIND__REMINDER_KIND_RESOLUTION_OVERDUE: return settling(branch, ask->now_us);
    default: return registration(branch, ask);
    }
}

bool reminder_is_possible(const struct reminder_ask *ask)
{
    const int32_t last = clock_month_date(ask->month, 31) + MEETING_MONTH_DAYS_OFF;
    return ask->kind != PB__REMINDER_KIND__REMINDER_KIND_NOT_REGISTERED || clock_local_date(ask->now_us) <= last;
}

bool reminder_reaches(const struct reminder_branch *branch, const struct reminder_ask *ask, Pb__SkipReason *ret_reason)
{
    enum progress progress = progress_of(branch, ask);
    bool is_recent = branch->reminded_at_us > 0 && ask->now_us < branch->reminded_at_us + REMINDER_APART_US;
    if (progress == IS_DONE)
        *ret_reason = PB__SKIP_REASON__SKIP_REASON_ALREADY_DONE;
    else if (progress == IS_NOT_DUE)
        *ret_reason = PB__SKIP_REASON__SKIP_REASON_NOT_DUE;
    else if (is_recent)
        *ret_reason = PB__SKIP_REASON__SKIP_REASON_REMINDED;
    else if (branch->heads == 0)
        *ret_reason = PB__SKIP_REASON__SKIP_REASON_NO_SECRETARY;
    else
        return true;
    return false;
}

/* --- the choice --------------------------------------------------------------------------------------------------- */

/* Those first about whom something can be done. */
static const Pb__SkipReason ORDER[] = {
    PB__SKIP_REASON__SKIP_REASON_NO_SECRETARY,
    PB__SKIP_REASON__SKIP_REASON_REMINDED,
    PB__SKIP_REASON__SKIP_REASON_NOT_DUE,
    PB__SKIP_REASON__SKIP_REASON_ALREADY_DONE,
};

static void show_skipped(TALLOC_CTX *ctx, const struct reminder_skipped skipped[], size_t n,
                         struct reminder_choice *choice)
{
    struct reminder_skipped *shown = mem_array(ctx, struct reminder_skipped, REMINDER_SKIPPED_SHOWN);
    for (size_t i = 0; i < ARRAY_LENGTH(ORDER); i++)
        for (size_t j = 0; j < n && choice->n_skipped < REMINDER_SKIPPED_SHOWN; j++)
            if (skipped[j].reason == ORDER[i])
                shown[choice->n_skipped++] = skipped[j];
    choice->skipped = shown;
    choice->skipped_total = (int64_t)n;
}

void reminder_choose(TALLOC_CTX *ctx, const struct reminder_branch branches[], size_t n, const struct reminder_ask *ask,
                     struct reminder_choice *ret_choice)
{
    struct uuid *chosen = mem_array(ctx, struct uuid, n);
    struct reminder_skipped *skipped = mem_array(ctx, struct reminder_skipped, n);
    size_t n_skipped = 0;
    *ret_choice = (struct reminder_choice){.branches = chosen};
    for (size_t i = 0; i < n; i++) {
        Pb__SkipReason reason;
        if (!reminder_reaches(&branches[i], ask, &reason)) {
            skipped[n_skipped++] = (struct reminder_skipped){branches[i].id, reason};
            continue;
        }
        chosen[ret_choice->n_branches++] = branches[i].id;
        ret_choice->recipients += branches[i].heads;
    }
    show_skipped(ctx, skipped, n_skipped, ret_choice);
}

/* --- words -------------------------------------------------------------------------------------------------------- */

struct reminder_words reminder_words(TALLOC_CTX *ctx, const struct reminder_ask *ask, const char *organization)
{
    const int month = ask->month % 12 + 1, year = ask->month / 12;
    switch (ask->kind) {
    case PB__REMINDER_KIND__REMINDER_KIND_NOT_HELD:
        return (struct reminder_words){mem_printf(ctx, TEXT_NOT_HELD, month, year),
                                       mem_printf(ctx, TEXT_NOT_HELD_BODY, organization, month, year)};
    case PB__REMINDER_KIND__REMINDER_KIND_RESOLUTION_OVERDUE:
        return (struct reminder_words){mem_printf(ctx, TEXT_RESOLUTION_OVERDUE, month, year),
                                       mem_printf(ctx, TEXT_RESOLUTION_OVERDUE_BODY, organization, month, year)};
    default:
        return (struct reminder_words){mem_printf(ctx, TEXT_NOT_REGISTERED, month, year),
                                       mem_printf(ctx, TEXT_NOT_REGISTERED_BODY, organization, month, year)};
    }
}
