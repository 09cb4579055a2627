/* What other services hear of a meeting (TOPIC_MEETING_EVENTS): facts with ids, never names. Pure; results live in
 * ctx. */
#ifndef SOTAY_MEETING_MEETING_FACTS_H
#define SOTAY_MEETING_MEETING_FACTS_H

#include "services/meeting/meeting/meeting.h"

/* The event that the meeting's state says by itself: MeetingDrafted, MeetingScheduled or MeetingCancelled. */
ProtobufCMessage *facts_of_state(TALLOC_CTX *ctx, const struct meeting *meeting);
/* Of an edit; `moved`: people must hear of the old → new hour or place. */
ProtobufCMessage *facts_of_edit(TALLOC_CTX *ctx, const struct meeting *old, const struct meeting *next, bool moved);
ProtobufCMessage *facts_of_deletion(TALLOC_CTX *ctx, const struct meeting *draft);

#endif
