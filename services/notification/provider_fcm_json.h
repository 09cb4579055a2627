/* The JSON of FCM HTTP v1 (firebase.google.com/docs/reference/fcm/rest/v1/projects.messages). Pure. */
#ifndef SOTAY_NOTIFICATION_PROVIDER_FCM_JSON_H
#define SOTAY_NOTIFICATION_PROVIDER_FCM_JSON_H

#include "services/notification/notification.h"
#include <talloc.h>

/* One message; owned by ctx. Nothing in it but the id, unless what it is about is public. */
char *provider_fcm_message(TALLOC_CTX *ctx, const struct notification *notification, const char *token, int64_t now_us);

/* The error word of an answer (FcmError.errorCode, else error.status); "" where there is none. Owned by ctx. */
const char *provider_fcm_error(TALLOC_CTX *ctx, const void *bytes, size_t n);

#endif
