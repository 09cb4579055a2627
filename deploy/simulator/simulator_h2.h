/* The push simulator's HTTP/2 side, without TLS, in a thread of its own: what the sender speaks. Started and stopped by
 * main's thread. */
#ifndef SOTAY_SIMULATOR_H2_H
#define SOTAY_SIMULATOR_H2_H

#include "deploy/simulator/simulator_fcm.h"

struct simulator_h2;
MUST_CHECK enum err simulator_h2_start(TALLOC_CTX *ctx, struct simulator *simulator,
                                       const struct simulator_config *config, struct simulator_h2 **ret_h2);
void simulator_h2_stop(struct simulator_h2 *h2);

#endif
