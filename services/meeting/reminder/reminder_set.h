/* The reminders of a batch: a part without handlers, which loads the branches that they ask for and writes who was
 * reminded. It stands first: its lock comes before all others. The loop's thread. */
#ifndef SOTAY_MEETING_REMINDER_SET_H
#define SOTAY_MEETING_REMINDER_SET_H

#include "common/loop/loop.h"
#include "services/meeting/reminder/reminder_store.h"

extern const struct loop_part REMINDER_PART;

/* What a RemindBranches asks for. */
void reminder_set_want(const struct loop_message *message, const struct reminder_ask *ask);

/* The branches of the message's ask, as they are after what the batch has reminded until now. Owned by the message's
 * context. */
struct reminder_branches {
    const struct reminder_ask *ask;
    struct reminder_branch *items;
    size_t n;
};
struct reminder_branches reminder_set_find(const struct loop_message *message);

/* It was sent. */
void reminder_set_keep(const struct loop_message *message, const struct reminder *reminder);

#endif
