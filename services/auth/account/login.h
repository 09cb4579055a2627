/* The call Login, answered at once and never on the queue: it carries a password. On a query worker's thread, in
 * transactions of its own. Wall clock throughout: tokens and codes do not follow the demo clock. */
#ifndef SOTAY_AUTH_LOGIN_H
#define SOTAY_AUTH_LOGIN_H

#include "common/service/service.h"

/* Login and ChangePassword. */
extern const struct query_table ACCOUNT_QUERIES;

#endif
