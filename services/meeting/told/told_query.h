/* Whom a meeting is for, and who of them was told by a call: who of them has read is for analytics to say. Answers
 * depend on the scope alone. */
#ifndef SOTAY_MEETING_TOLD_QUERY_H
#define SOTAY_MEETING_TOLD_QUERY_H

#include "common/service/service.h"

extern const struct query_table TOLD_QUERIES;

#endif
