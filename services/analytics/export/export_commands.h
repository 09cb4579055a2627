/* ExportTable and StopTableExport: the part of a batch that makes jobs and stops them. On the loop's thread. */
#ifndef SOTAY_ANALYTICS_EXPORT_COMMANDS_H
#define SOTAY_ANALYTICS_EXPORT_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part EXPORT_PART;

#endif
