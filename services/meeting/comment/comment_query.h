/* ListComments and GetComment, in the scope of a member: he sees his own words to the secretary too. */
#ifndef SOTAY_MEETING_COMMENT_QUERY_H
#define SOTAY_MEETING_COMMENT_QUERY_H

#include "common/service/service.h"

extern const struct query_table COMMENT_QUERIES;

#endif
