/* `auth republish`: organisations, members and devices are told once more, so that a lost or new projection is rebuilt.
 * Records carry their versions, so that a projection that has them drops them. Main's thread; blocks until Kafka has
 * all, or says that nobody tells it now: then it is told when auth runs. */
#ifndef SOTAY_AUTH_REPUBLISH_H
#define SOTAY_AUTH_REPUBLISH_H

#include "common/service/service.h"

MUST_CHECK enum err republish_all(struct service *service, struct pg *pg);

#endif
