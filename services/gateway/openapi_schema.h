/* JSON schemas (2020-12) of messages, from the contract's field rules. Pure. */
#ifndef SOTAY_GATEWAY_OPENAPI_SCHEMA_H
#define SOTAY_GATEWAY_OPENAPI_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>

struct message_rule;

/* Adds the schema of `rule`'s message and of what it refers to, to components/schemas; returns its "$ref" object.
 * `request`: as clients send it, else as they get it. New reference. */
json_t *openapi_schema(json_t *schemas, const struct message_rule *rule, bool request);

/* The schema of one field. New reference. */
json_t *openapi_field(json_t *schemas, const struct message_rule *rule, unsigned index, bool request);

#endif
