/* application/problem+json (RFC 9457), in Vietnamese or English. Each call replies. Any thread. */
#ifndef SOTAY_GATEWAY_PROBLEM_H
#define SOTAY_GATEWAY_PROBLEM_H

#include "common/base/err.h"
#include "services/gateway/json/json.h"
#include "sotay/v1/envelope.pb-c.h"
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

struct call;
struct gateway_config;

void problem_reply(struct call *call, enum err err);
void problem_fields(struct call *call, enum err err, const struct field_errors *errors);

/* What a service said: the word, its fields, and when to try again (0: the default of the status). */
void problem_of_service(struct call *call, enum err err, Pb__FieldError *const fields[], size_t n,
                        unsigned retry_after_s, bool replayed);

/* 412: with the resource as it is now; NULL: it is left out. */
void problem_conflict(struct call *call, const ProtobufCMessage *current, bool replayed);

/* 405 with Allow. */
void problem_method(struct call *call, const char *allow);

/* The problem alone, as an operation carries it; owned by ctx. */
char *problem_text(TALLOC_CTX *ctx, enum err err, Pb__FieldError *const fields[], size_t n, const char *correlation_id,
                   bool english);

/* Likewise of a request whose body is refused while it comes, with the figures of the configuration. */
char *problem_refusal(TALLOC_CTX *ctx, const struct gateway_config *config, enum err err, const char *correlation_id,
                      bool english);

#endif
