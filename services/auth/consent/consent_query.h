/* ListConsents: every purpose, whether he was asked or not. On a query worker's thread. */
#ifndef SOTAY_AUTH_CONSENT_QUERY_H
#define SOTAY_AUTH_CONSENT_QUERY_H

#include "common/service/service.h"

extern const struct query_table CONSENT_QUERIES;

#endif
