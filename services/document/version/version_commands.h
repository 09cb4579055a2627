/* The command CorrectDocument: another file takes the place of a published document's. */
#ifndef SOTAY_DOCUMENT_VERSION_COMMANDS_H
#define SOTAY_DOCUMENT_VERSION_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part VERSION_COMMANDS_PART;

#endif
