/* What the machine's operator asks, on a port of his own that no client reaches: alive, ready, metrics, and in test
 * builds the failpoints. Everybody may ask whether the process lives: a custom route of the public API. */
#ifndef SOTAY_GATEWAY_OPS_H
#define SOTAY_GATEWAY_OPS_H

struct call;
struct http_request;

void ops_health(struct call *call);

/* A handler for struct http_options; `arg` is the gateway. */
void ops_handle(struct http_request *http, void *arg);

#endif
