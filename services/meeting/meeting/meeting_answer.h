/* Keeps what a command has made of a meeting, with its timers, and answers with it as everybody reads it. The loop's
 * thread. */
#ifndef SOTAY_MEETING_MEETING_ANSWER_H
#define SOTAY_MEETING_MEETING_ANSWER_H

#include "services/meeting/meeting/meeting_context.h"

/* The batch wanted its agenda and audience. */
void meeting_answer(const struct meeting_context *context, const struct meeting *meeting);
/* Keeps the next state, tells the event, and answers with it. ERR_MONTH_TAKEN: nothing happened. */
MUST_CHECK enum err meeting_keep(const struct meeting_context *context, const struct meeting *next,
                                 const ProtobufCMessage *event);

#endif
