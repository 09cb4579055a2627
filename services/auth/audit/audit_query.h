/* ListAudit: of the subtrees that the asker administers. On a query worker's thread. */
#ifndef SOTAY_AUTH_AUDIT_QUERY_H
#define SOTAY_AUTH_AUDIT_QUERY_H

#include "common/service/service.h"

extern const struct query_table AUDIT_QUERIES;

#endif
