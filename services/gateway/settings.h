/* The gateway's configuration: its keys are one table. Main's thread only, before anything is started. */
#ifndef SOTAY_GATEWAY_SETTINGS_H
#define SOTAY_GATEWAY_SETTINGS_H

#include "common/base/err.h"
#include <stdint.h>

struct gateway_config;

/* `path` NULL: defaults. ERR_CONFIG after a line that names the key. */
MUST_CHECK enum err settings_read(const char *path, struct gateway_config *ret_config);
/* How many streams there may be, so that connections are left for everything else: of all, and of the one address that
 * a trusted proxy is. */
int64_t settings_streams(const struct gateway_config *config);
void settings_print_help(void);

#endif
