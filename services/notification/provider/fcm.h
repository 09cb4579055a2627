/* FCM HTTP v1: one request a message, over HTTP/2. In demo builds the push simulator stands in FCM's place, and takes
 * the messages to its own devices in the same form. */
#ifndef SOTAY_NOTIFICATION_FCM_H
#define SOTAY_NOTIFICATION_FCM_H

#include "services/notification/provider/provider.h"

extern const struct provider PROVIDER_FCM;

#endif
