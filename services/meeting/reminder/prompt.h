/* What the days themselves remind heads of (P8, S20): a draft is ready five days before registration is due, it is due
 * today, it is three and seven days late; likewise of a resolution, but for its draft. Never after it was done, and
 * never of another day than today. Pure; any thread. */
#ifndef SOTAY_MEETING_PROMPT_H
#define SOTAY_MEETING_PROMPT_H

#include "common/base/array.h"
#include "services/meeting/reminder/reminder.h"

enum prompt {
    PROMPT_NONE,
    PROMPT_DRAFT_READY,
    PROMPT_REGISTER_TODAY,
    PROMPT_REGISTER_LATE,
    PROMPT_SETTLE_TODAY,
    PROMPT_SETTLE_LATE,
};

/* When the day's words are said: in its morning. */
int64_t prompt_due_us(int32_t day);
/* After an outage they are said late, but not in the evening, nor on another day. A broker whose clock is a moment
 * behind the service's makes them a moment early. */
bool prompt_is_timely(int32_t day, int64_t now_us);

/* A branch, and which of the months from that of the day on it has registered. */
enum { PROMPT_MONTHS = 3 };
struct prompt_branch {
    struct uuid id, root;
    const struct uuid *path; /* root first, itself last */
    size_t n_path;
    const Pb__DirectoryRules *rules; /* said on its path; NULL: nothing */
    bool has_registered[PROMPT_MONTHS];
};
enum prompt prompt_to_register(const struct prompt_branch *branch, int32_t day, int64_t now_us, int32_t *ret_month);

/* Of a resolution that is still owed, by its last second; the days on which one is spoken of. */
enum { PROMPT_SETTLE_DAYS = 3 };
void prompt_settle_dues(int32_t day, int64_t ret_dues_us[PROMPT_SETTLE_DAYS]);
enum prompt prompt_to_settle(int64_t due_us, int32_t day);

/* What is said on that day, of a month. Owned by ctx. */
struct reminder_words prompt_words(TALLOC_CTX *ctx, enum prompt prompt, int32_t month, int32_t day);

/* Branches that hear the same. */
struct prompt_group {
    enum prompt prompt;
    int32_t month;
    struct uuid root;
    ARRAY(struct uuid) branches;
};
struct prompt_groups {
    TALLOC_CTX *ctx;
    ARRAY(struct prompt_group) items;
};
void prompt_add(struct prompt_groups *groups, enum prompt prompt, int32_t month, const struct uuid *root,
                const struct uuid *branch);

#endif
