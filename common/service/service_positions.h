/* The command `X positions` (service_positions.c). */
#ifndef SOTAY_COMMON_SERVICE_POSITIONS_H
#define SOTAY_COMMON_SERVICE_POSITIONS_H

#include "common/service/service.h"

int service_positions(struct service *service, int argc, char **argv); /* exit code */

#endif
