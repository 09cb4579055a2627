/* What an auth process has beside its tables: its keys, the password pool, its threads. */
#ifndef SOTAY_AUTH_PROCESS_H
#define SOTAY_AUTH_PROCESS_H

#include "common/service/service.h"

/* Reads the keys and starts the password pool, once, before any query. */
MUST_CHECK enum err process_start(struct service *service);
void process_stop(struct service *service);

#endif
