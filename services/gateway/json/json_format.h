/* The text forms of single values (FORMAT_… of proto/sotay/v1/options.proto): between JSON strings and what messages
 * hold. Only for the transcoder. Pure, any thread. */
#ifndef SOTAY_GATEWAY_JSON_FORMAT_H
#define SOTAY_GATEWAY_JSON_FORMAT_H

#include "common/base/err.h"
#include "contract_rules.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#define JSON_FORMAT_TEXT_BYTES 40 /* room for every number's text, NUL included */

/* Whether a number of this format is a string in JSON. */
bool json_format_is_text(enum field_format format);

/* TIMESTAMP (RFC 3339, any offset, finer than a microsecond is cut off), DATE, MONTH, TIME_OF_DAY. ERR_FIELD_FORMAT. */
MUST_CHECK enum err json_format_read_number(enum field_format format, const char *text, int64_t *ret_number);

/* UUID, SHA256 (both in either case); anything else is base64url without padding. ERR_FIELD_FORMAT. */
MUST_CHECK enum err json_format_read_bytes(TALLOC_CTX *ctx, enum field_format format, const char *text,
                                           ProtobufCBinaryData *ret_bytes);

/* `text` is UTF-8. TEXT and LINE become NFC before anything is counted. Errors as field_check_text's. */
MUST_CHECK enum err json_format_read_text(TALLOC_CTX *ctx, const struct field_rule *rule, const char *text,
                                          char **ret_text);

/* The other way. The number must lie within what the format can hold. Returns the length. */
size_t json_format_write_number(enum field_format format, int64_t number, char text[JSON_FORMAT_TEXT_BYTES]);

#endif
