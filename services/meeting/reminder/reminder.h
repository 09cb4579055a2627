/* The rules of reminders by hand (S20, S27): which branches are reminded of what they have not done, which are left out
 * and why. Nobody is reminded before the deadline, after doing it, or twice in 72 hours. Pure; any thread. */
#ifndef SOTAY_MEETING_REMINDER_H
#define SOTAY_MEETING_REMINDER_H

#include "common/base/clock.h"
#include "services/directory/rules.h"
#include "services/meeting/meeting/meeting_access.h"
#include "sotay/v1/reminder.pb-c.h"

#define REMINDER_APART_US (72 * CLOCK_HOUR_US)
enum { REMINDER_BRANCHES_LIMIT = 20000, REMINDER_SKIPPED_SHOWN = 500 };

/* ACCESS.md, reminder: heads of the organisation itself, officers over it. */
bool reminder_may_send(const struct meeting_actor *actor);

/* What is asked for. */
struct reminder_ask {
    struct uuid organization;
    int32_t month;
    Pb__ReminderKind kind;
    const struct uuid *named; /* none: all branches below it */
    size_t n_named;
    int64_t now_us;
};

/* A branch beside its regular meeting of the month; times of 0: none. */
struct reminder_branch {
    struct uuid id;
    const struct uuid *path; /* root first, itself last */
    size_t n_path;
    const Pb__DirectoryRules *rules; /* said on its path; NULL: nothing */
    bool has_meeting;                /* and it is not cancelled */
    Pb__MeetingState state;
    int64_t starts_at_us, resolution_due_at_us;
    bool is_settled; /* by a resolution */
    int64_t heads;
    int64_t reminded_at_us; /* of the same thing, by the newest reminder that was not recalled */
};

/* False: no meeting can be registered for that month any more. */
bool reminder_is_possible(const struct reminder_ask *ask);
/* False: it is left out, and why. */
bool reminder_reaches(const struct reminder_branch *branch, const struct reminder_ask *ask, Pb__SkipReason *ret_reason);

struct reminder_skipped {
    struct uuid branch;
    Pb__SkipReason reason;
};
struct reminder_choice {
    const struct uuid *branches;
    size_t n_branches;
    int64_t recipients;
    const struct reminder_skipped *skipped; /* the first; those who have done it stand last */
    size_t n_skipped;
    int64_t skipped_total;
};
/* The lists live in ctx. */
void reminder_choose(TALLOC_CTX *ctx, const struct reminder_branch branches[], size_t n, const struct reminder_ask *ask,
                     struct reminder_choice *ret_choice);

/* What is said, by the organisation of that name. Owned by ctx. */
struct reminder_words {
    const char *title, *body;
};
struct reminder_words reminder_words(TALLOC_CTX *ctx, const struct reminder_ask *ask, const char *organization);

#endif
