/* What calls add to the audit. On a query worker's thread. */
#ifndef SOTAY_AUTH_AUDIT_CALL_H
#define SOTAY_AUTH_AUDIT_CALL_H

#include "common/service/service.h"
#include "services/auth/audit/audit.h"

/* Whoever calls did it to these members: queued in the transaction of what was done, as its last statement. */
void audit_call_queue(struct query *query, Pb__AuditAction action, const struct uuid *organization,
                      const struct uuid members[], size_t n);

#endif
