/* What a service answers over HTTP, started after everything else and stopped first (service_http.c). Main's thread. */
#ifndef SOTAY_COMMON_SERVICE_HTTP_H
#define SOTAY_COMMON_SERVICE_HTTP_H

#include "common/service/service.h"

MUST_CHECK enum err service_http_start(struct service *service);
void service_http_stop(struct service *service);

#endif
