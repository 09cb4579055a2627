/* What other services hear of proposals (TOPIC_MEETING_EVENTS): facts with ids, never names. Pure; results live in
 * ctx. */
#ifndef SOTAY_MEETING_PROPOSAL_FACTS_H
#define SOTAY_MEETING_PROPOSAL_FACTS_H

#include "services/meeting/proposal/proposal.h"

ProtobufCMessage *facts_of_proposal(TALLOC_CTX *ctx, const struct meeting *meeting, const struct proposal *proposal,
                                    const struct uuid *notification);
ProtobufCMessage *facts_of_decision(TALLOC_CTX *ctx, const struct meeting *meeting, const struct proposal *proposal,
                                    const struct uuid *notification);
ProtobufCMessage *facts_of_withdrawal(TALLOC_CTX *ctx, const struct meeting *meeting, const struct proposal *proposal,
                                      int64_t now_us);

#endif
