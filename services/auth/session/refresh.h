/* The call Refresh, answered at once and never on the queue: it carries a secret. On a query worker's thread, in a
 * transaction of its own. */
#ifndef SOTAY_AUTH_REFRESH_H
#define SOTAY_AUTH_REFRESH_H

#include "common/service/service.h"

enum err refresh_call(struct query *query);

#endif
