/* What a RemindBranches asks for, as the rules take it: for the command, and for the query that tries it. Pure; results
 * live in ctx. Any thread. */
#ifndef SOTAY_MEETING_REMINDER_ASK_H
#define SOTAY_MEETING_REMINDER_ASK_H

#include "services/meeting/reminder/reminder.h"

/* ERR_NOT_FOUND: an id is none. */
MUST_CHECK enum err reminder_read_ask(TALLOC_CTX *ctx, const Pb__RemindBranches *body, int64_t now_us,
                                      struct reminder_ask *ret_ask);
/* Who of those that were asked for is to be reminded. ERR_LIMIT_REACHED: there are too many; ERR_INVALID fills
 * `problems`: a named one is no branch below the organisation. */
MUST_CHECK enum err reminder_judge(TALLOC_CTX *ctx, const struct reminder_ask *ask,
                                   const struct reminder_branch branches[], size_t n, struct problems *problems,
                                   struct reminder_choice *ret_choice);

#endif
