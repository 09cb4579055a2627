/* The commands loop's table: one row for each command of proto/sotay/v1/document.proto. */
#ifndef SOTAY_DOCUMENT_COMMANDS_H
#define SOTAY_DOCUMENT_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part DOCUMENT_COMMANDS_PART;

#endif
