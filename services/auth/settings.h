/* The keys of auth's configuration. */
#ifndef SOTAY_AUTH_SETTINGS_H
#define SOTAY_AUTH_SETTINGS_H

#include "common/base/config.h"
#include <stddef.h>

extern const struct config_key auth_keys[];
extern const size_t auth_n_keys;

#endif
