/* Work that no request asks for: sessions lapse (session/lapse.h), and what is kept for a time only goes
 * (retention/retention_store.h). A thread of its own with its own connection; several instances share the work
 * (SKIP LOCKED). Wall clock. */
#ifndef SOTAY_AUTH_UPKEEP_H
#define SOTAY_AUTH_UPKEEP_H

#include "common/service/service.h"

MUST_CHECK enum err upkeep_start(struct service *service);
void upkeep_stop(void); /* also where it was not started */

#endif
