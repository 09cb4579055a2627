/* The way of a request: who asks, which row of the route table it finds, whether it may, what it says; then the row's
 * `run` has it. Refusals come in this order: who → shape → visible → role → state.
 *
 * Handlers for struct http_options; `arg` is the gateway. */
#ifndef SOTAY_GATEWAY_REQUEST_H
#define SOTAY_GATEWAY_REQUEST_H

#include "common/base/err.h"
#include <talloc.h>

struct http_request;

void request_handle(struct http_request *http, void *arg);
void request_head(struct http_request *http, void *arg);
void request_refuse(struct http_request *http, enum err err, void *arg);

/* For http_options' `refusal`: texts that are made once, owned by ctx, before the server starts. */
void request_prepare_refusals(TALLOC_CTX *ctx);
const char *request_refusal(enum err err);

#endif
