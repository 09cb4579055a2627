/* What other services hear of comments (TOPIC_MEETING_EVENTS): facts with ids, never names. Pure; results live in
 * ctx. */
#ifndef SOTAY_MEETING_COMMENT_FACTS_H
#define SOTAY_MEETING_COMMENT_FACTS_H

#include "services/meeting/comment/comment.h"

ProtobufCMessage *facts_of_comment(TALLOC_CTX *ctx, const struct meeting *meeting, const struct comment *comment,
                                   const struct uuid *notification);
ProtobufCMessage *facts_of_answer(TALLOC_CTX *ctx, const struct meeting *meeting, const struct comment *comment,
                                  const struct uuid *notification);

#endif
