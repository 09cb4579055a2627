/* Two threads that run the imports of uploaded files, whoever asked for them and whenever: one the previews, one the
 * others, the oldest first. A job whose process died is taken up by whoever sees that its lease has run out. */
#ifndef SOTAY_AUTH_IMPORT_WORKER_H
#define SOTAY_AUTH_IMPORT_WORKER_H

#include "common/service/service.h"

extern struct import_config {
    const char *blob_dir; /* where the gateway keeps uploaded files */
} import_config;

MUST_CHECK enum err import_worker_start(struct service *service); /* ERR_INTERNAL: no thread */
void import_worker_stop(void);                                    /* behind the chunk under way */

#endif
