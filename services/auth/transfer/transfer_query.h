/* GetTransfer and ListTransfers, on a query worker's thread. */
#ifndef SOTAY_AUTH_TRANSFER_QUERY_H
#define SOTAY_AUTH_TRANSFER_QUERY_H

#include "common/service/service.h"

extern const struct query_table TRANSFER_QUERIES;

#endif
