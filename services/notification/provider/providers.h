/* The list of push providers that this build knows: a new one is a table of provider.h and its row in providers.c.
 * Constant data. */
#ifndef SOTAY_NOTIFICATION_PROVIDERS_H
#define SOTAY_NOTIFICATION_PROVIDERS_H

#include "services/notification/provider/provider.h"

extern const struct provider *const PROVIDERS[];
extern const size_t PROVIDERS_COUNT;

#endif
