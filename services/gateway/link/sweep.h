/* The job that keeps the blob store: at start it removes what broken uploads left, and then, again and again, goes
 * through the store (blob_sweep.h), asking the services that name files. It is one over all gateways on the store. A
 * service that does not answer, or does not have all its rows, ends the pass: nothing is removed, and it begins again a
 * minute later. A thread of its own; sweep_late is for any. */
#ifndef SOTAY_GATEWAY_SWEEP_H
#define SOTAY_GATEWAY_SWEEP_H

#include "common/base/err.h"
#include "services/gateway/link/services.h"
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

/* Whose rows name files: a unit test holds it to the commands of the route table. */
extern const enum service SWEEP_ASKS[];
extern const size_t SWEEP_N_ASKS;

struct sweep_options {
    struct services *services;
    const char *blob_dir, *clock_file;
    int64_t period_us, unused_us;
};

struct sweep;
/* Borrows what the options name. */
MUST_CHECK enum err sweep_start(TALLOC_CTX *ctx, const struct sweep_options *options, struct sweep **ret_sweep);
/* Before the HTTP client: answers that are still to come are dropped. */
void sweep_stop(struct sweep *sweep);

/* Why no gateway has gone through the store for three periods; NULL: one has. */
const char *sweep_late(TALLOC_CTX *ctx, const struct sweep *sweep);

#endif
