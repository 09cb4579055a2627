/* What other services hear of a roll (TOPIC_MEETING_EVENTS): facts with ids, never names or reasons. How many were
 * there is a fact of the meeting (meeting_facts.h). Pure; results live in ctx. */
#ifndef SOTAY_MEETING_ROLL_FACTS_H
#define SOTAY_MEETING_ROLL_FACTS_H

#include "services/meeting/meeting/meeting.h"

ProtobufCMessage *facts_of_absence(TALLOC_CTX *ctx, const struct meeting *meeting, const struct uuid *member,
                                   const struct meeting_cause *cause);

#endif
