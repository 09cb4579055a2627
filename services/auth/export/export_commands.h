/* ExportOwnData: the part of a batch that notes who wants to take his data with him. On the loop's thread. */
#ifndef SOTAY_AUTH_EXPORT_COMMANDS_H
#define SOTAY_AUTH_EXPORT_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part EXPORT_PART;

#endif
