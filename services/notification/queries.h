/* The queries of proto/sotay/v1/notification.proto: one row each. */
#ifndef SOTAY_NOTIFICATION_QUERIES_H
#define SOTAY_NOTIFICATION_QUERIES_H

#include "common/service/service.h"

enum { NOTIFICATION_N_QUERIES = 2 };
extern const struct query_handler NOTIFICATION_QUERY_HANDLERS[NOTIFICATION_N_QUERIES];

#endif
