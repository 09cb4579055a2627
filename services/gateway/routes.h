/* The whole public API as one constant table; openapi.json is made from the same rows. It stands above what the rows
 * name: whoever is below gets it as an argument (edge/route.h). Any thread. */
#ifndef SOTAY_GATEWAY_ROUTES_H
#define SOTAY_GATEWAY_ROUTES_H

#include "services/gateway/edge/route.h"

extern const struct route_table routes;

#endif
