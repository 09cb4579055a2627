#include "services/gateway/openapi_schema.h"

#include "common/base/array.h"
#include "contract_rules.h"
#include <stdio.h>
#include <string.h>

#define PACKAGE_BYTES (sizeof "sotay.v1." - 1)

/* "sotay.v1.Dashboard.Meetings" → "Dashboard_Meetings"; what clients send is another schema than what they get. */
static void schema_name(const ProtobufCMessageDescriptor *type, bool request, char name[128])
{
    size_t n = strlen(type->name + PACKAGE_BYTES);
    if (n > 120)
        n = 120;
    memcpy(name, type->name + PACKAGE_BYTES, n);
    for (size_t i = 0; i < n; i++)
        if (name[i] == '.')
            name[i] = '_';
    memcpy(name + n, request ? "Input" : "", request ? 6 : 1);
}

static json_t *string_schema(const struct field_rule *field)
{
    static const struct {
        enum field_format format;
        const char *word, *value;
    } SHAPES[] = {
        {FORMAT_UUID, "format", "uuid"},
        {FORMAT_TIMESTAMP, "format", "date-time"},
        {FORMAT_DATE, "format", "date"},
        {FORMAT_MONTH, "pattern", "^[0-9]{4}-(0[1-9]|1[0-2])$"},
        {FORMAT_TIME_OF_DAY, "pattern", "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
        {FORMAT_CURSOR, "pattern", "^[A-Za-z0-9_-]*$"},
        {FORMAT_SHA256, "pattern", "^[0-9A-Fa-f]{64}$"},
        {FORMAT_PHONE, "pattern", "^\\+?[0-9]{8,15}$"},
        {FORMAT_WORD, "pattern", "^[A-Za-z0-9._~-]*$"},
    };
    json_t *schema = json_pack("{s:s}", "type", "string");
    for (size_t i = 0; i < ARRAY_LENGTH(SHAPES); i++)
        if (SHAPES[i].format == field->format)
            json_object_set_new(schema, SHAPES[i].word, json_string(SHAPES[i].value));
    if (field->min_length > 0)
        json_object_set_new(schema, "minLength", json_integer(field->min_length));
    if (field->max_length < UINT32_MAX)
        json_object_set_new(schema, "maxLength", json_integer(field->max_length));
    return schema;
}

static json_t *number_schema(const struct field_rule *field, const char *type, const char *format)
{
    json_t *schema = json_pack("{s:s}", "type", type);
    if (format)
        json_object_set_new(schema, "format", json_string(format));
    if (field->has_minimum)
        json_object_set_new(schema, "minimum", json_integer(field->minimum));
    if (field->has_maximum)
        json_object_set_new(schema, "maximum", json_integer(field->maximum));
    return schema;
}

static json_t *choice_schema(const struct enum_rule *choices)
{
    json_t *words = json_array();
    for (unsigned i = 0; i < choices->type->n_values; i++)
        json_array_append_new(words, json_string(choices->words[i]));
    return json_pack("{s:s, s:o}", "type", "string", "enum", words);
}

static json_t *value_schema(json_t *schemas, const ProtobufCFieldDescriptor *type, const struct field_rule *field,
                            bool request)
{
    bool is_text = field->format == FORMAT_TIMESTAMP || field->format == FORMAT_DATE || field->format == FORMAT_MONTH ||
                   field->format == FORMAT_TIME_OF_DAY;
    if (is_text)
        return string_schema(field);
    switch (type->type) {
    case PROTOBUF_C_TYPE_MESSAGE: return openapi_schema(schemas, field->message, request);
    case PROTOBUF_C_TYPE_ENUM: return choice_schema(field->choices);
    case PROTOBUF_C_TYPE_BOOL: return json_pack("{s:s}", "type", "boolean");
    case PROTOBUF_C_TYPE_DOUBLE: return number_schema(field, "number", "double");
    case PROTOBUF_C_TYPE_INT32: return number_schema(field, "integer", "int32");
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64: return number_schema(field, "integer", "int64");
    default: return string_schema(field);
    }
}

/* {"type":"string"} → {"type":["string","null"]}; choices get null among them; a reference becomes one of two. */
static json_t *nullable(json_t *schema)
{
    json_t *type = json_object_get(schema, "type"), *choices = json_object_get(schema, "enum");
    if (!type)
        return json_pack("{s:[o, {s:s}]}", "anyOf", schema, "type", "null");
    if (choices)
        json_array_append_new(choices, json_null());
    json_object_set_new(schema, "type", json_pack("[O, s]", type, "null"));
    return schema;
}

json_t *openapi_field(json_t *schemas, const struct message_rule *rule, unsigned index, bool request)
{
    const ProtobufCFieldDescriptor *type = &rule->type->fields[index];
    const struct field_rule *field = &rule->fields[index];
    json_t *schema = value_schema(schemas, type, field, request);
    if (type->label == PROTOBUF_C_LABEL_REPEATED) {
        schema = json_pack("{s:s, s:o}", "type", "array", "items", schema);
        if (field->max_items < UINT32_MAX)
            json_object_set_new(schema, "maxItems", json_integer(field->max_items));
        return schema;
    }
    bool may_be_null = request ? field->nullable : type->label == PROTOBUF_C_LABEL_OPTIONAL && !type->default_value;
    return may_be_null ? nullable(schema) : schema;
}

static json_t *object_schema(json_t *schemas, const struct message_rule *rule, bool request)
{
    json_t *properties = json_object(), *required = json_array();
    for (unsigned i = 0; i < rule->type->n_fields; i++) {
        const struct field_rule *field = &rule->fields[i];
        if (field->server || field->mask)
            continue;
        json_object_set_new(properties, field->json, openapi_field(schemas, rule, i, request));
        bool must = !request || (rule->mask < 0 && rule->type->fields[i].label == PROTOBUF_C_LABEL_REQUIRED);
        if (must)
            json_array_append_new(required, json_string(field->json));
    }
    json_t *schema = json_pack("{s:s, s:o, s:o}", "type", "object", "properties", properties, "required", required);
    if (request)
        json_object_set_new(schema, "additionalProperties", json_false());
    return schema;
}

json_t *openapi_schema(json_t *schemas, const struct message_rule *rule, bool request)
{
    char name[128], reference[160];
    schema_name(rule->type, request, name);
    if (!json_object_get(schemas, name)) {
        json_object_set_new(schemas, name, json_object()); /* a message that holds itself finds this */
        json_object_set_new(schemas, name, object_schema(schemas, rule, request));
    }
    snprintf(reference, sizeof reference, "#/components/schemas/%s", name);
    return json_pack("{s:s}", "$ref", reference);
}
