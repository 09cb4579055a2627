/* Queries about members, on a query worker's thread. */
#ifndef SOTAY_AUTH_MEMBER_QUERY_H
#define SOTAY_AUTH_MEMBER_QUERY_H

#include "common/service/service.h"

extern const struct query_table MEMBER_QUERIES;

#endif
