/* The command AcknowledgeDocument: a reader says that he has read what asks him for it. */
#ifndef SOTAY_DOCUMENT_ACKNOWLEDGEMENT_COMMANDS_H
#define SOTAY_DOCUMENT_ACKNOWLEDGEMENT_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part ACKNOWLEDGEMENT_COMMANDS_PART;

#endif
