/* What the push simulator takes: messages as FCM HTTP v1 does, strictly (its error format), and kept. Any thread may
 * call simulator_receive and simulator_list. */
#ifndef SOTAY_SIMULATOR_FCM_H
#define SOTAY_SIMULATOR_FCM_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

struct simulator_config {
    const char *listen, *listen_h2, *token, *pushes_file;
    int64_t keep, latency_ms, error_percent, quota_per_minute;
};

struct simulator;
struct simulator *simulator_new(TALLOC_CTX *ctx, const struct simulator_config *config);

struct simulator_request {
    const char *method, *path, *authorization, *content_type;
    const void *body;
    size_t body_bytes;
};
struct simulator_answer {
    int status;
    int retry_after_s;
    const char *json;
};
/* Checks as FCM documents it, keeps the message if it is taken; `json` is owned by ctx. */
struct simulator_answer simulator_receive(struct simulator *simulator, TALLOC_CTX *ctx,
                                          const struct simulator_request *request);

/* The lines of messages taken; notification NULL: all. Owned by ctx. */
char *simulator_list(struct simulator *simulator, TALLOC_CTX *ctx, const char *notification, size_t *ret_bytes);

#endif
