/* POST /v1/activity: what very many send and nobody waits for: straight to topic activity, 202 after the
 * acknowledgement. */
#ifndef SOTAY_GATEWAY_ACTIVITY_H
#define SOTAY_GATEWAY_ACTIVITY_H

struct call;
void activity_run(struct call *call);

#endif
