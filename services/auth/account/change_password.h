/* The call ChangePassword, answered at once and never on the queue: it carries passwords. On a query worker's thread,
 * in transactions of its own. */
#ifndef SOTAY_AUTH_CHANGE_PASSWORD_H
#define SOTAY_AUTH_CHANGE_PASSWORD_H

#include "common/service/service.h"

/* Throttled as a login is. Ends all other sessions of the member. */
enum err change_password_call(struct query *query);

#endif
