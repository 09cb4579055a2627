/* What other services hear of a meeting (TOPIC_MEETING_EVENTS): facts with ids, never names. Pure; results live in
 * ctx. */
#ifndef SOTAY_MEETING_MEETING_FACTS_H
#define SOTAY_MEETING_MEETING_FACTS_H

#include "services/meeting/meeting/meeting.h"

/* The event that the meeting's state says by itself: MeetingDrafted, MeetingScheduled, MeetingHeld or
 * MeetingCancelled. */
ProtobufCMessage *facts_of_state(TALLOC_CTX *ctx, const struct meeting *meeting);
/* The same of one that may have been published just now; `urgent`: phones ring for it at any hour. */
ProtobufCMessage *facts_of_publication(TALLOC_CTX *ctx, const struct meeting *meeting, bool urgent);
/* Of an edit; `moved`: people must hear of the old → new hour or place. */
ProtobufCMessage *facts_of_edit(TALLOC_CTX *ctx, const struct meeting *old, const struct meeting *next, bool moved);
ProtobufCMessage *facts_of_settling(TALLOC_CTX *ctx, const struct meeting *meeting);
/* Its resolution is overdue: its heads must hear of it. */
ProtobufCMessage *facts_of_lateness(TALLOC_CTX *ctx, const struct meeting *meeting, const struct uuid *notification);
/* Its minutes are published: people must hear of them. */
ProtobufCMessage *facts_of_minutes(TALLOC_CTX *ctx, const struct meeting *meeting);
ProtobufCMessage *facts_of_reopening(TALLOC_CTX *ctx, const struct meeting *meeting, const char *reason);
/* It begins before long: `members` must hear of it, or all participants where there are none. */
ProtobufCMessage *facts_of_coming_up(TALLOC_CTX *ctx, const struct meeting *meeting, const struct uuid *notification,
                                     const struct uuid members[], size_t n, int64_t now_us);
ProtobufCMessage *facts_of_deletion(TALLOC_CTX *ctx, const struct meeting *draft);

/* Who was there counts while the meeting is held: else none of them does. */
ProtobufCMessage *facts_of_attendance(TALLOC_CTX *ctx, const struct meeting *meeting);

#endif
