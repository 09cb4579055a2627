/* The queries of proto/sotay/v1/meeting.proto: one row each. Answers depend on the scope alone, so that the gateway may
 * share them. */
#ifndef SOTAY_MEETING_QUERIES_H
#define SOTAY_MEETING_QUERIES_H

#include "common/service/service.h"

extern const struct query_table MEETING_QUERIES;

#endif
