/* What the days themselves remind heads of (P8, S20): five days before registration is due a draft is ready, and what
 * their organisation's rules say (`reminders`): so many hours before or behind the last second in which to register, to
 * hold the meeting or to publish its resolution; said in the morning of the day on which that hour lies. Never after it
 * was done, and never of another day than today. Pure; any thread. */
#ifndef SOTAY_MEETING_PROMPT_H
#define SOTAY_MEETING_PROMPT_H

#include "common/base/array.h"
#include "services/meeting/reminder/reminder.h"

enum prompt {
    PROMPT_DRAFT_READY,
    PROMPT_REGISTER_DUE, /* its last day has not gone by */
    PROMPT_REGISTER_LATE,
    PROMPT_HOLD_DUE,
    PROMPT_HOLD_LATE,
    PROMPT_SETTLE_DUE,
    PROMPT_SETTLE_LATE,
};

/* When the day's words are said: in its morning. */
int64_t prompt_due_us(int32_t day);
/* After an outage they are said late, but not in the evening, nor on another day. A broker whose clock is a moment
 * behind the service's makes them a moment early. */
bool prompt_is_timely(int32_t day, int64_t now_us);

/* A regular meeting that is registered or held. */
struct prompt_meeting {
    int32_t month;
    bool is_held;
    int64_t starts_at_us;
    int64_t settle_due_us; /* the last second for a resolution that is owed; 0: none is */
};
/* A branch with its meetings about a day: a rule reaches thirty days, a meeting's month may be a week off. */
enum { PROMPT_MONTHS_BEFORE = 2, PROMPT_MONTHS_BEHIND = 2 };
struct prompt_branch {
    struct uuid id, root;
    const struct uuid *path; /* root first, itself last */
    size_t n_path;
    const Pb__DirectoryRules *rules; /* said on its path; NULL: nothing */
    const struct prompt_meeting *meetings;
    size_t n_meetings;
};

/* Branches that hear the same. */
struct prompt_group {
    enum prompt prompt;
    int32_t month;
    int32_t last; /* the last day to do it */
    struct uuid root;
    ARRAY(struct uuid) branches;
};
struct prompt_groups {
    TALLOC_CTX *ctx;
    ARRAY(struct prompt_group) items;
};
/* Adds what the branch hears on that day. */
void prompt_judge(struct prompt_groups *groups, const struct prompt_branch *branch, int32_t day, int64_t now_us);

/* Owned by ctx. */
struct reminder_words prompt_words(TALLOC_CTX *ctx, const struct prompt_group *group);

#endif
