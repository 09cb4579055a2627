/* Web Push (RFC 8030): one encrypted request a message, to the push service that the browser's subscription names. */
#ifndef SOTAY_NOTIFICATION_WEBPUSH_H
#define SOTAY_NOTIFICATION_WEBPUSH_H

#include "services/notification/provider/provider.h"

extern const struct provider PROVIDER_WEBPUSH;

#endif
