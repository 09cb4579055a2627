/* Sessions that wrote a moment ago. For 2 s after the answer to a write the session's reads are answered by the
 * services themselves, so that an author reads what he wrote, whatever this gateway has heard. At another gateway the
 * cookie says so, which the answer to a write sets. Any thread; no locks. */
#ifndef SOTAY_GATEWAY_FRESH_H
#define SOTAY_GATEWAY_FRESH_H

#include "common/base/uuid.h"
#include <stdbool.h>
#include <talloc.h>

#define FRESH_COOKIE "sotay-fresh=1; Max-Age=2; Path=/; HttpOnly; SameSite=Strict" /* the field Set-Cookie */

struct fresh;
struct fresh *fresh_new(TALLOC_CTX *ctx);
/* Call it before the write is answered. */
void fresh_wrote(struct fresh *fresh, const struct uuid *session);
/* `cookie`: the request's field, or NULL. */
bool fresh_has(const struct fresh *fresh, const struct uuid *session, const char *cookie);
/* A read that began at `since_us` (monotonic) was asked again for as long as it may be, and what it names is not there
 * (read/again.h). Until the session writes again its other reads need not wait for the same news. */
void fresh_waited(struct fresh *fresh, const struct uuid *session, int64_t since_us);
/* Of a session that wrote lately: whether none of its reads has waited in vain since. Of what it wrote at another
 * gateway nothing is known here: then it may. */
bool fresh_may_wait(const struct fresh *fresh, const struct uuid *session);

#endif
