/* What clients see of a reminder. Results live in ctx. Any thread. */
#ifndef SOTAY_MEETING_REMINDER_VIEW_H
#define SOTAY_MEETING_REMINDER_VIEW_H

#include "services/meeting/reminder/reminder.h"

Pb__ReminderPreview *view_reminder_preview(TALLOC_CTX *ctx, const struct reminder_words *words,
                                           const struct reminder_choice *choice);
Pb__ReminderSent *view_reminder_sent(TALLOC_CTX *ctx, const struct uuid *notification,
                                     const struct reminder_choice *choice);

#endif
