/* Where commands are, and what became of them: the query GetOutcomes, which every service with commands answers. */
#ifndef SOTAY_COMMON_SERVICE_OUTCOMES_H
#define SOTAY_COMMON_SERVICE_OUTCOMES_H

#include "common/service/service.h"

extern const struct query_handler service_outcomes;

#endif
