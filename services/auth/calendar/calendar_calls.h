/* A member's calendar has an address that nobody can guess (256 random bits, kept as a keyed hash): CreateCalendarFeed,
 * DeleteCalendarFeed, and whose it is, ResolveCalendarFeed. Never on the queue. On a query worker's thread. */
#ifndef SOTAY_AUTH_CALENDAR_CALLS_H
#define SOTAY_AUTH_CALENDAR_CALLS_H

#include "common/service/service.h"

extern const struct query_table CALENDAR_QUERIES;

#endif
