/* ListMarks: what a member may do with each meeting that he sees. He alone reads the answer. */
#ifndef SOTAY_MEETING_MARK_QUERY_H
#define SOTAY_MEETING_MARK_QUERY_H

#include "common/service/service.h"

extern const struct query_table MARK_QUERIES;

#endif
