/* Commands that can be tried: one whose body says `dry_run` is asked as a query of the same name, which says what the
 * command would do, and is never on the queue. Any thread. */
#ifndef SOTAY_GATEWAY_REHEARSAL_H
#define SOTAY_GATEWAY_REHEARSAL_H

struct call;

/* `run` of a command whose route has a `rehearsal`. Replies, perhaps later. */
void rehearse_or_send(struct call *call);

#endif
