/* JSON ⇄ protobuf, by the tables of proto/contract_rules.h: no route has code of its own. Shapes: API.md,
 * "Conventions".
 *
 * Reading is strict and tells everything that is wrong at once (at most FIELD_ERRORS_MAX). A request is a form that is
 * filled from its path, its query string and its body, then finished:
 *
 *     struct json_form *form = json_form_new(ctx, &pb__edit_meeting__descriptor, &errors);
 *     err = json_form_path(form, "meeting_id", segment);
 *     json_form_parameter(form, "limit", "20");
 *     err = json_parse(ctx, body, body_bytes, &object);
 *     json_form_object(form, object);
 *     err = json_form_finish(form, &message);
 *
 * Writing goes straight into text, every property present: what is absent is its default, else null; a list is never
 * null. Fields marked `server` or `mask` do not exist in JSON in either direction.
 * All results are owned by the given context. Pure: any thread, nothing blocks. */
#ifndef SOTAY_GATEWAY_JSON_H
#define SOTAY_GATEWAY_JSON_H

#include "common/base/err.h"
#include "common/contract/field_errors.h"
#include <jansson.h>
#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

/* --- reading --- */

/* Any JSON value, nested at most 2048 deep, no object with the same name twice. *ret_value lives as long as ctx; do not
 * decref. ERR_JSON_INVALID (nothing at all, too), ERR_UTF8_INVALID. */
MUST_CHECK enum err json_parse(TALLOC_CTX *ctx, const char *bytes, size_t n, json_t **ret_value);

struct json_form;

/* `type` must be of our contract; `errors` must outlive the form. */
struct json_form *json_form_new(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type, struct field_errors *errors);

/* Sets a field from a segment of the path, percent-decoded. From then on the client cannot name this field elsewhere.
 * Nothing is added to `errors`: whether a bad segment is 404 or 422 is the caller's to say. ERR_FIELD_…. */
MUST_CHECK enum err json_form_path(struct json_form *form, const char *name, const char *text);

/* Sets a field from a query parameter, percent-decoded, by its JSON name. Unknown, named twice or bad: into
 * `errors`. */
void json_form_parameter(struct json_form *form, const char *name, const char *text);

/* Sets fields from a body. */
void json_form_object(struct json_form *form, json_t *object);

/* Looks for required fields that nobody named (not in a PATCH, i.e. a message with a mask field) and, in a PATCH,
 * writes the numbers of the fields that the body named, null included, into the mask. ERR_INVALID if there are any
 * errors; the message is the form's, complete otherwise; the caller may still set `server` fields in it. */
MUST_CHECK enum err json_form_finish(struct json_form *form, ProtobufCMessage **ret_message);

/* A form that is filled from a body alone. */
MUST_CHECK enum err json_read(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type, json_t *object,
                              struct field_errors *errors, ProtobufCMessage **ret_message);

/* --- writing --- */

/* Compact text in a buffer that grows. Strings must be UTF-8: what the services keep is (json_parse and PostgreSQL
 * refuse anything else). Any other value that its own rules forbid, a time beyond the year 9999, is null, and said in
 * the log: one row that cannot be shown never costs a list. */
struct json_out;

struct json_out *json_out_new(TALLOC_CTX *ctx);
void json_out_raw(struct json_out *out, const char *text); /* as it is: "{\"items\":[" */
void json_out_raw_bytes(struct json_out *out, const char *bytes, size_t n);
void json_out_string(struct json_out *out, const char *text); /* quoted and escaped; NULL is null */
void json_out_integer(struct json_out *out, int64_t number);
void json_out_message(struct json_out *out, const ProtobufCMessage *message); /* NULL is null */

/* The text ends in a NUL that *ret_bytes does not count. */
char *json_out_finish(struct json_out *out, size_t *ret_bytes);

/* One message. */
char *json_write(TALLOC_CTX *ctx, const ProtobufCMessage *message, size_t *ret_bytes);

#endif
