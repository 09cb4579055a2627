/* Keeps a roll, and what is counted of it in its meeting, and tells of both. The loop's thread. */
#ifndef SOTAY_MEETING_ROLL_KEEP_H
#define SOTAY_MEETING_ROLL_KEEP_H

#include "services/meeting/meeting/meeting_context.h"
#include "services/meeting/roll/roll.h"

/* False: it says nothing that was not known, and nothing happened. */
bool roll_keep(const struct meeting_context *context, const struct roll *next);
/* A roll call: the first one counts even where it says nothing of anybody. */
void roll_keep_call(const struct meeting_context *context, const struct roll *next);
/* Who belongs to the meeting may have changed: what was recorded is counted anew. */
void roll_recount(const struct meeting_context *context, const struct roll *roll);
/* The same as roll_keep when the meeting's state has changed: counted and told in any case. */
void roll_keep_of_state(const struct meeting_context *context, const struct roll *next);

#endif
