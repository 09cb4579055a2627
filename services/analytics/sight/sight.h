/* Who looks at an organisation's figures: what every query about one organisation asks first. Two steps, so that the
 * caller's own statements go with them in one round trip. In the query's context; its worker's thread.
 *
 *     err = sight_queue(query, ask->organization_id, &sight);
 *     … queue more …
 *     err = sight_read(query, &sight, dashboard_may_see);      flushes */
#ifndef SOTAY_ANALYTICS_SIGHT_H
#define SOTAY_ANALYTICS_SIGHT_H

#include "common/service/service.h"
#include "services/directory/set.h"

struct sight {
    struct uuid id;
    struct directory_scope scope;
    struct directory_set *set;
    const struct directory_org *org; /* not NULL once it was read without an error */
};

/* ERR_NOT_FOUND: the bytes are no id. */
MUST_CHECK enum err sight_queue(struct query *query, ProtobufCBinaryData id, struct sight *ret_sight);
/* Flushes. ERR_NOT_ALLOWED: he sees the organisation (ACCESS.md, organization.read), but `may_see` refuses what he is
 * to it; ERR_NOT_FOUND: for him there is no such organisation. */
MUST_CHECK enum err sight_read(struct query *query, struct sight *sight, bool (*may_see)(unsigned standing));

/* Two parameters of a list about organisations: those that he sees by themselves, and those whose subtrees he sees. `o`
 * is a row of directory_organization, `here` and `below` the parameters' numbers: "$3". */
#define SIGHT_VISIBLE(here, below) "(o.id = ANY(" here "::uuid[]) OR o.path && " below "::uuid[])"
void sight_add(TALLOC_CTX *ctx, struct pg_args *args, const struct directory_scope *scope, bool as_admin);

#endif
