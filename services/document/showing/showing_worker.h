/* A thread that shows and hides the passages of long documents, whoever changed them at whatever instance, some at a
 * time, and reads the words of older ones while none waits. Beside the one that reads files, for which that one may
 * take minutes. */
#ifndef SOTAY_DOCUMENT_SHOWING_SHOWING_WORKER_H
#define SOTAY_DOCUMENT_SHOWING_SHOWING_WORKER_H

#include "common/service/service.h"

MUST_CHECK enum err showing_worker_start(struct service *service); /* ERR_INTERNAL: no thread */
void showing_worker_stop(void);                                    /* behind the passages under way */

#endif
