/* Limits on what one member, address or branch may do (DESIGN, rule 13): token buckets, unsettled commands, room on
 * disk. Any thread. */
#ifndef SOTAY_GATEWAY_LIMITS_H
#define SOTAY_GATEWAY_LIMITS_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include "services/gateway/link/services.h"
#include <talloc.h>

struct gateway_config;
struct limits;
struct limits *limits_new(TALLOC_CTX *ctx, const struct gateway_config *config);

/* An address has a bucket of each, so that who asks for nonsense does not keep his neighbours, who share it, from
 * signing in, and who signs in again and again does not keep them from renewing their sessions. */
enum limits_bucket {
    LIMITS_PUBLIC, /* what everybody may read */
    LIMITS_APP,    /* the app's files, which lie in memory: a hall full of phones opens it behind one address */
    LIMITS_HEALTH,
    LIMITS_SIGN_IN,
    LIMITS_REFRESH,
    LIMITS_JUNK, /* tokens that are none, paths and methods that there are not */
};

/* Takes one request's token. ERR_RATE_LIMITED. */
MUST_CHECK enum err limits_member(struct limits *limits, const struct uuid *member);
MUST_CHECK enum err limits_address(struct limits *limits, const char *address, enum limits_bucket bucket);

/* Counts a command that is about to be sent; takes one off that has settled or was given up. Each service is counted by
 * itself: where one does not settle, what another is asked still goes through. ERR_TOO_MANY_PENDING: nothing was
 * counted. A zero branch is not counted. */
MUST_CHECK enum err limits_unsettled_add(struct limits *limits, enum service service, const struct uuid *member,
                                         const struct uuid *branch);
void limits_unsettled_remove(struct limits *limits, enum service service, const struct uuid *member,
                             const struct uuid *branch);

/* ERR_DISK_FULL when less than max(5 %, 2 GiB) of the blob store's disk is free; looks at most once a second. */
MUST_CHECK enum err limits_disk(struct limits *limits);

#endif
