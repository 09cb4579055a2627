/* What the machine's operator asks: alive, ready, metrics, and in test builds the failpoints. Public custom routes. */
#ifndef SOTAY_GATEWAY_OPS_H
#define SOTAY_GATEWAY_OPS_H

struct call;
void ops_health(struct call *call);
void ops_ready(struct call *call);
void ops_metrics(struct call *call);
void ops_failpoints(struct call *call);

#endif
