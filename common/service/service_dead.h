/* The command `X dead-letters` (service_dead.c). */
#ifndef SOTAY_COMMON_SERVICE_DEAD_H
#define SOTAY_COMMON_SERVICE_DEAD_H

#include "common/service/service.h"

int service_dead_letters(struct service *service, int argc, char **argv); /* exit code */

#endif
