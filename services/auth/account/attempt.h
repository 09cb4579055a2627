/* An attempt to prove a secret, throttled by whom it is for, by device and by address. On a query worker's thread. */
#ifndef SOTAY_AUTH_ATTEMPT_H
#define SOTAY_AUTH_ATTEMPT_H

#include "common/service/service.h"
#include "services/auth/account/throttle_store.h"

/* Each kind is counted for itself. Signing in counts password and second factor together; within a session a second
 * factor counts apart: whoever is shown a new one has its codes, which must not clear what guards the password. */
enum attempt_kind { ATTEMPT_ACCOUNT, ATTEMPT_SECOND_FACTOR, ATTEMPT_ACTIVATION, ATTEMPT_LINK };
struct attempt_by {
    enum attempt_kind kind;
    const char *card_number;    /* of ATTEMPT_LINK: "", which is counted for the address only */
    const char *device_id;      /* or NULL */
    const struct uuid *session; /* within which it is tried, from whatever address; or NULL */
    bool known_device;          /* it was signed in before: it waits for its own attempts alone */
};
struct attempt {
    struct throttle_subjects subjects;
};

/* Counts the attempt before it is tried, so that many at once count as many. ERR_RATE_LIMITED, with retry_after_s. */
MUST_CHECK enum err attempt_begin(struct query *query, const struct attempt_by *by, struct attempt *ret_attempt);
/* It succeeded: it counts nowhere. In the caller's transaction. */
void attempt_succeed_queue(struct query *query, const struct attempt *attempt);

#endif
