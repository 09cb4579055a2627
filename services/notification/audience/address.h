/* Whom an item is addressed to: an audience, as the directory has them, and where its subject is seen from. Pure: any
 * thread; what is read is owned by `ctx`. The same as SQL: address_store.h. */
#ifndef SOTAY_NOTIFICATION_ADDRESS_H
#define SOTAY_NOTIFICATION_ADDRESS_H

#include "services/directory/audience.h"
#include "sotay/v1/meeting.pb-c.h"

struct address {
    struct audience audience;
    bool has_within;
    struct uuid within; /* the subject is seen from within this organisation only */
};

/* An audience as an event says it, seen from anywhere. ERR_MALFORMED when an id is none. */
MUST_CHECK enum err address_read(TALLOC_CTX *ctx, const Pb__Audience *said, struct address *ret_address);

/* The heads of an organisation: its secretary and deputies, seen from within it. */
struct address address_of_heads(TALLOC_CTX *ctx, const struct uuid *organization);

/* The heads of each of these organisations, seen from anywhere. ERR_MALFORMED when an id is none. */
MUST_CHECK enum err address_of_heads_of(TALLOC_CTX *ctx, size_t n, const ProtobufCBinaryData organizations[],
                                        struct address *ret_address);

/* Members by name, seen from within an organisation. ERR_MALFORMED when an id is none. */
MUST_CHECK enum err address_of_members(TALLOC_CTX *ctx, const struct uuid *organization, size_t n,
                                       const ProtobufCBinaryData ids[], struct address *ret_address);

/* Those whom a meeting is for: the members of its organisation, the committee, or those who are named. ERR_MALFORMED
 * when an id is none. */
MUST_CHECK enum err address_of_meeting(TALLOC_CTX *ctx, const Pb__MeetingFacts *facts, struct address *ret_address);

#endif
