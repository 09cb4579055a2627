#include "common/contract/field_check.h"

#include "common/base/uuid.h"
#include <string.h>
#include <utf8proc.h>

enum { SHA256_BYTES = 32 };

enum err field_check_number(const struct field_rule *rule, int64_t number)
{
    if (number < rule->minimum)
        return ERR_FIELD_TOO_SMALL;
    return number > rule->maximum ? ERR_FIELD_TOO_LARGE : ERR_OK;
}

enum err field_check_double(const struct field_rule *rule, double number)
{
    if (rule->has_minimum && number < (double)rule->minimum)
        return ERR_FIELD_TOO_SMALL;
    return rule->has_maximum && number > (double)rule->maximum ? ERR_FIELD_TOO_LARGE : ERR_OK;
}

enum err field_check_choice(const struct field_rule *rule, int number)
{
    return enum_rule_of_number(rule->choices, number) < 0 ? ERR_FIELD_CHOICE : ERR_OK;
}

enum err field_check_bytes(const struct field_rule *rule, const ProtobufCBinaryData *bytes)
{
    struct uuid id;
    switch (rule->format) {
    case FORMAT_UUID: return uuid_from_pb(*bytes, &id);
    case FORMAT_SHA256: return bytes->len == SHA256_BYTES ? ERR_OK : ERR_FIELD_FORMAT;
    default: return ERR_OK;
    }
}

enum err field_check_items(const struct field_rule *rule, size_t n)
{
    return n > rule->max_items ? ERR_FIELD_TOO_MANY : ERR_OK;
}

/* --- text --- */

bool field_is_written_by_people(const struct field_rule *rule)
{
    return rule->format == FORMAT_TEXT || rule->format == FORMAT_LINE;
}

static bool is_forbidden(enum field_format format, utf8proc_int32_t c, utf8proc_category_t category)
{
    if (category == UTF8PROC_CATEGORY_CC)
        return format != FORMAT_TEXT || (c != '\n' && c != '\t');
    return format == FORMAT_LINE && (category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP);
}

static bool is_blank(utf8proc_category_t category)
{
    switch (category) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF: return true;
    default: return false;
    }
}

struct text_size {
    size_t length, visible; /* characters; those that are not blank */
};

/* A plain letter, digit or sign needs no table. */
static bool is_plain(char c)
{
    return c > ' ' && c < 0x7f;
}

static enum err measure(const struct field_rule *rule, const char *text, struct text_size *ret_size)
{
    struct text_size size = {0};
    utf8proc_ssize_t bytes;
    for (const char *at = text; *at; at += bytes, size.length++) {
        utf8proc_int32_t c;
        bytes = 1;
        if (is_plain(*at)) {
            size.visible++;
            continue;
        }
        bytes = utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &c);
        if (bytes < 1)
            return ERR_FIELD_CHARACTERS;
        utf8proc_category_t category = utf8proc_category(c);
        if (field_is_written_by_people(rule) && is_forbidden(rule->format, c, category))
            return ERR_FIELD_CHARACTERS;
        size.visible += !is_blank(category);
    }
    *ret_size = size;
    return ERR_OK;
}

static bool is_phone(const char *text)
{
    if (text[0] != '+')
        return false;
    size_t digits = strspn(text + 1, "0123456789");
    return text[1 + digits] == '\0' && digits >= 8 && digits <= 15;
}

enum err field_check_text(const struct field_rule *rule, const char *text)
{
    struct text_size size;
    enum err err = measure(rule, text, &size);
    if (err != ERR_OK)
        return err;
    if (rule->format == FORMAT_PHONE && !is_phone(text))
        return ERR_FIELD_FORMAT;
    if (size.length < rule->min_length)
        return ERR_FIELD_TOO_SHORT;
    if (field_is_written_by_people(rule) && rule->min_length > 0 && size.visible == 0)
        return ERR_FIELD_TOO_SHORT;
    return size.length > rule->max_length ? ERR_FIELD_TOO_LONG : ERR_OK;
}
