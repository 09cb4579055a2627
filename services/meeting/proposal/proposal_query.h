/* ListProposals and GetProposal: whoever reads the meeting reads its proposals. Answers depend on the scope alone. */
#ifndef SOTAY_MEETING_PROPOSAL_QUERY_H
#define SOTAY_MEETING_PROPOSAL_QUERY_H

#include "common/service/service.h"

extern const struct query_table PROPOSAL_QUERIES;

#endif
