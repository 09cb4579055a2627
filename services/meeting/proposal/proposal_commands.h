/* The commands on proposals: ProposeTopic, WithdrawProposal, DecideProposal. */
#ifndef SOTAY_MEETING_PROPOSAL_COMMANDS_H
#define SOTAY_MEETING_PROPOSAL_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part PROPOSAL_COMMANDS_PART;

#endif
