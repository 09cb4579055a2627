/* openapi.json (OpenAPI 3.1), made from the route table and the contract's field rules: it cannot disagree with
 * them. */
#ifndef SOTAY_GATEWAY_OPENAPI_H
#define SOTAY_GATEWAY_OPENAPI_H

#include "common/base/err.h"
#include <jansson.h>
#include <stdbool.h>
#include <talloc.h>

struct call;
struct openapi;

/* Makes the document and the responses that serve it, plain and gzip. */
MUST_CHECK enum err openapi_new(TALLOC_CTX *ctx, struct openapi **ret_openapi);
/* The document as text, for `gateway openapi`; owned by openapi. */
const char *openapi_text(const struct openapi *openapi);

void openapi_get(struct call *call); /* GET /openapi.json */

/* openapi_schema.c: adds the schema of `type` and of what it refers to, to components/schemas; returns its "$ref"
 * object. `request`: as clients send it, else as they get it. New reference. */
struct message_rule;
json_t *openapi_schema(json_t *schemas, const struct message_rule *rule, bool request);
/* The schema of one field. New reference. */
struct field_rule;
json_t *openapi_field(json_t *schemas, const struct message_rule *rule, unsigned index, bool request);

#endif
