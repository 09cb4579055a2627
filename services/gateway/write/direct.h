/* Direct calls: what carries secrets goes straight to its service, never onto the queue, and is never kept (login,
 * refresh). A reply that is a File becomes the body as it stands. */
#ifndef SOTAY_GATEWAY_DIRECT_H
#define SOTAY_GATEWAY_DIRECT_H

struct call;

/* `run` of the route: asks its service; replies later. */
void direct_run(struct call *call);

#endif
