/* Transfers in a batch of auth.commands: RequestTransfer, ApproveTransfer, DeclineTransfer, RevertTransfer, and
 * EndTransfer, which a timer says. The aggregate is the transfer. On the loop's thread. */
#ifndef SOTAY_AUTH_TRANSFER_COMMANDS_H
#define SOTAY_AUTH_TRANSFER_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part TRANSFER_PART;

#endif
