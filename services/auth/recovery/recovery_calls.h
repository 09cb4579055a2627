/* Accounts that are had back: AskRecovery and GetRecoveryLetter by a secretary or administrator, ObjectToRecovery by
 * the member. Calls, because letters hold secrets: on a query worker's thread, in transactions of their own. How a code
 * is used: account/activation.h. */
#ifndef SOTAY_AUTH_RECOVERY_CALLS_H
#define SOTAY_AUTH_RECOVERY_CALLS_H

#include "common/service/service.h"

extern const struct query_table RECOVERY_QUERIES;

#endif
