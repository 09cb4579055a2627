/* The JSON of FCM HTTP v1 (firebase.google.com/docs/reference/fcm/rest/v1/projects.messages). Pure. */
#ifndef SOTAY_NOTIFICATION_FCM_JSON_H
#define SOTAY_NOTIFICATION_FCM_JSON_H

#include "services/notification/provider/provider.h"

/* One message; owned by ctx. NULL: the token is no text in UTF-8. */
char *fcm_message(TALLOC_CTX *ctx, const struct push_message *message, int64_t now_us);

/* The error word of an answer (FcmError.errorCode, else error.status); "" where there is none. Owned by ctx. */
const char *fcm_error(TALLOC_CTX *ctx, const void *bytes, size_t n);

#endif
