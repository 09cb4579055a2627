/* GET /v1/me/home: all that a member opens the app for, in one call: `compose` of its route (queries.h). What the
 * service meeting knows (GetHome), with what is unread, what he has read, and what his phone is to keep. A service that
 * is away makes it fail, or serve what it was: "nothing to do" is never said for "nobody knows". */
#ifndef SOTAY_GATEWAY_HOME_H
#define SOTAY_GATEWAY_HOME_H

struct query_step;
void home_compose(struct query_step *step);

#endif
