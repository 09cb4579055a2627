#include "services/meeting/reminder/prompt.h"

#include "services/meeting/reminder/prompt_texts.h"

enum { MORNING_HOUR = 7, EVENING_HOUR = 20 };
enum { LATE_DAYS = 3, VERY_LATE_DAYS = 7 };

int64_t prompt_due_us(int32_t day)
{
    return clock_date_start_us(day) + MORNING_HOUR * CLOCK_HOUR_US;
}

bool prompt_is_timely(int32_t day, int64_t now_us)
{
    return clock_local_date(now_us) == day && now_us < clock_date_start_us(day) + EVENING_HOUR * CLOCK_HOUR_US;
}

/* --- of whom ------------------------------------------------------------------------------------------------------ */

static enum prompt registration_on(int32_t days_behind)
{
    switch (days_behind) {
    case -MEETING_DRAFT_DAYS: return PROMPT_DRAFT_READY;
    case 0: return PROMPT_REGISTER_TODAY;
    case LATE_DAYS:
    case VERY_LATE_DAYS: return PROMPT_REGISTER_LATE;
    default: return PROMPT_NONE;
    }
}

enum prompt prompt_to_register(const struct prompt_branch *branch, int32_t day, int64_t now_us, int32_t *ret_month)
{
    int32_t first = clock_local_month(clock_date_start_us(day));
    for (int32_t i = 0; i < PROMPT_MONTHS; i++) {
        int64_t due_us = directory_registration_due_at_us(branch->rules, branch->path, branch->n_path, first + i,
                                                          now_us);
        enum prompt prompt = registration_on(day - clock_local_date(due_us));
        *ret_month = first + i;
        if (prompt != PROMPT_NONE && !branch->has_registered[i])
            return prompt;
    }
    return PROMPT_NONE;
}

/* The day behind a resolution's last one ResolutionFellDue is told. */
static const int32_t SETTLE_DAYS_BEHIND[PROMPT_SETTLE_DAYS] = {0, LATE_DAYS, VERY_LATE_DAYS};

void prompt_settle_dues(int32_t day, int64_t ret_dues_us[PROMPT_SETTLE_DAYS])
{
    for (size_t i = 0; i < PROMPT_SETTLE_DAYS; i++)
        ret_dues_us[i] = clock_date_start_us(day - SETTLE_DAYS_BEHIND[i] + 1) - CLOCK_SECOND_US;
}

enum prompt prompt_to_settle(int64_t due_us, int32_t day)
{
    return clock_local_date(due_us) == day ? PROMPT_SETTLE_TODAY : PROMPT_SETTLE_LATE;
}

/* --- in groups ---------------------------------------------------------------------------------------------------- */

static struct prompt_group *group_of(struct prompt_groups *groups, enum prompt prompt, int32_t month,
                                     const struct uuid *root)
{
    for (size_t i = 0; i < groups->items.n; i++) {
        struct prompt_group *group = &groups->items.items[i];
        if (group->prompt == prompt && group->month == month && uuid_equal(&group->root, root))
            return group;
    }
    array_add(groups->ctx, &groups->items, (struct prompt_group){.prompt = prompt, .month = month, .root = *root});
    return &groups->items.items[groups->items.n - 1];
}

void prompt_add(struct prompt_groups *groups, enum prompt prompt, int32_t month, const struct uuid *root,
                const struct uuid *branch)
{
    struct prompt_group *group = group_of(groups, prompt, month, root);
    array_add(groups->ctx, &group->branches, *branch);
}

/* --- words -------------------------------------------------------------------------------------------------------- */

struct reminder_words prompt_words(TALLOC_CTX *ctx, enum prompt prompt, int32_t month, int32_t day)
{
    const int of_year = month % 12 + 1, year = month / 12;
    const int32_t last = prompt == PROMPT_DRAFT_READY ? day + MEETING_DRAFT_DAYS : day;
    int y, m, d;
    clock_date_split(last, &y, &m, &d);
    switch (prompt) {
    case PROMPT_DRAFT_READY:
        return (struct reminder_words){mem_printf(ctx, TEXT_DRAFT_READY, of_year, year),
                                       mem_printf(ctx, TEXT_DRAFT_READY_BODY, d, m, y)};
    case PROMPT_REGISTER_TODAY:
        return (struct reminder_words){mem_printf(ctx, TEXT_REGISTER_TODAY, of_year, year, d, m, y),
                                       TEXT_REGISTER_BODY};
    case PROMPT_REGISTER_LATE:
        return (struct reminder_words){mem_printf(ctx, TEXT_REGISTER_LATE, of_year, year), TEXT_REGISTER_BODY};
    case PROMPT_SETTLE_TODAY:
        return (struct reminder_words){mem_printf(ctx, TEXT_SETTLE_TODAY, of_year, year, d, m, y), TEXT_SETTLE_BODY};
    default: return (struct reminder_words){mem_printf(ctx, TEXT_SETTLE_LATE, of_year, year), TEXT_SETTLE_BODY};
    }
}
