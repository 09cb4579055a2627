/* ListDevices, on a query worker's thread. */
#ifndef SOTAY_AUTH_DEVICE_QUERY_H
#define SOTAY_AUTH_DEVICE_QUERY_H

#include "common/service/service.h"

extern const struct query_table DEVICE_QUERIES;

#endif
