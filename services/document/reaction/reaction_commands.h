/* The command ReactToTarget: whoever reads a document says what he thinks of one of its targets. */
#ifndef SOTAY_DOCUMENT_REACTION_COMMANDS_H
#define SOTAY_DOCUMENT_REACTION_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part REACTION_COMMANDS_PART;

#endif
