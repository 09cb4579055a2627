/* The commands loop's table: one row for each command of proto/sotay/v1/document.proto. */
#ifndef SOTAY_DOCUMENT_COMMANDS_H
#define SOTAY_DOCUMENT_COMMANDS_H

#include "common/loop/loop.h"

enum { DOCUMENT_N_COMMANDS = 4 };
extern const struct loop_handler DOCUMENT_COMMAND_HANDLERS[DOCUMENT_N_COMMANDS];
extern const struct loop_ops DOCUMENT_COMMAND_OPS;

#endif
