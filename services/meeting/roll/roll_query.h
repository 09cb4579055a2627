/* Queries about rolls: who was there, what was said of oneself, the code that a room shows. */
#ifndef SOTAY_MEETING_ROLL_QUERY_H
#define SOTAY_MEETING_ROLL_QUERY_H

#include "common/service/service.h"

extern const struct query_table ROLL_QUERIES;

#endif
