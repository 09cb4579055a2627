/* Imports in a batch of auth.commands: ImportRoster and ApplyRoster write the row of a job, which a thread of auth's
 * own takes up (import_worker.h). On the loop's thread. */
#ifndef SOTAY_AUTH_IMPORT_COMMANDS_H
#define SOTAY_AUTH_IMPORT_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part IMPORT_PART;

#endif
