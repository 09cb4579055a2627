/* `auth republish`: sends organisations, members and devices once more, so that a lost or new projection is rebuilt.
 * Records carry their versions, so that a projection that has them drops them. Main's thread; blocks until all were
 * acknowledged. ERR_OWNER_LOST: an import or another republication is under way. */
#ifndef SOTAY_AUTH_REPUBLISH_H
#define SOTAY_AUTH_REPUBLISH_H

#include "common/service/service.h"

MUST_CHECK enum err republish_all(struct service *service, struct pg *pg);

#endif
