/* What the push simulator takes and keeps: messages as FCM HTTP v1 does, strictly (its error format), and those to
 * browsers. Any thread may
 * call simulator_receive and simulator_list. */
#ifndef SOTAY_SIMULATOR_FCM_H
#define SOTAY_SIMULATOR_FCM_H

#include "common/base/err.h"
#include "deploy/simulator/simulator_request.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

struct simulator_config {
    const char *listen, *listen_h2, *token, *pushes_file, *vapid_public_key;
    int64_t keep, latency_ms, error_percent, quota_per_minute;
};

struct simulator;
struct simulator *simulator_new(TALLOC_CTX *ctx, const struct simulator_config *config);

/* Checks as FCM documents it, or as a browser's push service does (simulator_webpush.h), keeps the message if it is
 * taken; `json` is owned by ctx. */
struct simulator_answer simulator_receive(struct simulator *simulator, TALLOC_CTX *ctx,
                                          const struct simulator_request *request);

/* The lines of messages taken; notification NULL: all. Owned by ctx. */
char *simulator_list(struct simulator *simulator, TALLOC_CTX *ctx, const char *notification, size_t *ret_bytes);

#endif
