/* GET /v1/me/catch-up: what a member missed, in one call: `compose` of its route (queries.h). What the service meeting
 * knows, and then what document has for him since. A service that is away makes it fail: "nothing was missed" is never
 * said for "nobody knows". */
#ifndef SOTAY_GATEWAY_CATCH_UP_H
#define SOTAY_GATEWAY_CATCH_UP_H

struct query_step;
void catch_up_compose(struct query_step *step);

#endif
