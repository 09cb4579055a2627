/* Who asks for, or commands, his own things (/v1/me…). Any thread. */
#ifndef SOTAY_AUTH_ASKER_H
#define SOTAY_AUTH_ASKER_H

#include "common/service/service.h"

/* ERR_NOT_FOUND: the query's scope names no member. */
MUST_CHECK enum err asker_read(const struct query *query, struct uuid *ret_member);
/* Whether a command whose aggregate is a member comes from that member. */
bool asker_is_aggregate(const struct loop_message *message);

#endif
