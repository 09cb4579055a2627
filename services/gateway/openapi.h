/* openapi.json (OpenAPI 3.1), made from the route table and the contract's field rules: it cannot disagree with
 * them. */
#ifndef SOTAY_GATEWAY_OPENAPI_H
#define SOTAY_GATEWAY_OPENAPI_H

#include "common/base/err.h"
#include <talloc.h>

struct call;
struct openapi;
struct route_table;

/* Makes the document and the responses that serve it, plain and gzip. */
MUST_CHECK enum err openapi_new(TALLOC_CTX *ctx, const struct route_table *table, struct openapi **ret_openapi);
/* The document as text, for `gateway openapi`; owned by openapi. */
const char *openapi_text(const struct openapi *openapi);

void openapi_get(struct call *call); /* GET /openapi.json */

#endif
