/* Whom an item addresses. Pure: any thread; what is read is owned by `ctx`. The same as SQL: audience_store.h. */
#ifndef SOTAY_NOTIFICATION_AUDIENCE_H
#define SOTAY_NOTIFICATION_AUDIENCE_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include "sotay/v1/meeting.pb-c.h"
#include "sotay/v1/shapes.pb-c.h"
#include <stdbool.h>
#include <talloc.h>

/* (organisations, with their subtrees if so, intersected with roles) united with members. No roles: every place
 * there. */
struct audience {
    const struct uuid *organizations;
    size_t n_organizations;
    bool subtree;
    const int32_t *roles; /* Pb__Role */
    size_t n_roles;
    const struct uuid *members;
    size_t n_members;
    bool has_within;
    struct uuid within; /* the subject is seen from within this organisation only */
};

/* An audience as an event says it. ERR_MALFORMED when an id is none. */
MUST_CHECK enum err audience_read(TALLOC_CTX *ctx, const Pb__Audience *said, struct audience *ret_audience);

/* The heads of an organisation: its secretary and deputies, seen from within it. */
struct audience audience_of_heads(TALLOC_CTX *ctx, const struct uuid *organization);

/* Those whom a meeting is for: the members of its organisation, the committee, or those who are named. ERR_MALFORMED
 * when an id is none. */
MUST_CHECK enum err audience_of_meeting(TALLOC_CTX *ctx, const Pb__MeetingFacts *facts, struct audience *ret_audience);

/* Members by name, seen from within an organisation. ERR_MALFORMED when an id is none. */
MUST_CHECK enum err audience_of_members(TALLOC_CTX *ctx, const struct uuid *organization, size_t n,
                                        const ProtobufCBinaryData ids[], struct audience *ret_audience);

#endif
