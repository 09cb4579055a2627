/* GetPreferences. On a query worker's thread. */
#ifndef SOTAY_NOTIFICATION_PREFERENCE_QUERY_H
#define SOTAY_NOTIFICATION_PREFERENCE_QUERY_H

#include "common/service/service.h"

extern const struct query_table PREFERENCE_QUERIES;

#endif
