/* The keys of this service's configuration. */
#ifndef SOTAY_DOCUMENT_SETTINGS_H
#define SOTAY_DOCUMENT_SETTINGS_H

#include "common/base/config.h"
#include <stddef.h>

extern const struct config_key document_keys[];
extern const size_t document_n_keys;

#endif
