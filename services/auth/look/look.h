/* Looks: that somebody was shown another's personal data, which that other reads (GET /v1/me/access-log). Every query
 * and call that shows phone, status or letter of members to somebody else notes it. On a query worker's thread. */
#ifndef SOTAY_AUTH_LOOK_H
#define SOTAY_AUTH_LOOK_H

#include "common/service/service.h"
#include "services/directory/directory.h"
#include "sotay/v1/auth.pb-c.h"

struct look {
    Pb__LookWhat what;
    const char *reason; /* or NULL */
};
/* Queues that the query's member was shown these members' data, by the highest of his grants that reach `org`; what he
 * is shown of himself is no look. The caller flushes before it answers, in its transaction if it has one. The query's
 * scope names the member: its route has the scope of a member, or own_account_scope was called. ERR_NOT_ALLOWED: nobody
 * is named, or none of his grants reaches `org`. */
MUST_CHECK enum err look_note_queue(struct query *query, const struct directory_org *org, const struct look *look,
                                    const struct uuid subjects[], size_t n);

extern const struct query_table LOOK_QUERIES;

#endif
