/* The queries of proto/sotay/v1/notification.proto: one row each. */
#ifndef SOTAY_NOTIFICATION_QUERIES_H
#define SOTAY_NOTIFICATION_QUERIES_H

#include "common/service/service.h"

extern const struct query_table NOTIFICATION_QUERIES;

#endif
