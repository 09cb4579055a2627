/* Two threads that make exports, the oldest first, whoever asked for them at whatever instance, and remove files that
 * have expired or were stopped. A job whose process died is taken up by whoever sees that its lease has run out. */
#ifndef SOTAY_ANALYTICS_EXPORT_WORKER_H
#define SOTAY_ANALYTICS_EXPORT_WORKER_H

#include "common/service/service.h"

extern const struct config_key export_keys[];
extern const size_t export_n_keys;

MUST_CHECK enum err export_worker_start(struct service *service); /* ERR_CONFIG: no folder; ERR_INTERNAL: no thread */
void export_worker_stop(void);                                    /* behind the page under way */

#endif
