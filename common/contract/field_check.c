#include "common/contract/field_check.h"

#include "common/base/uuid.h"
#include <string.h>
#include <utf8proc.h>

enum { SHA256_BYTES = 32 };
enum { EMPTY_BRAILLE = 0x2800 }; /* a sign without a dot; of what it lacks Unicode has no property */

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

/* Unicode's Bidi_Control: it turns what stands beside it around, so that a text reads as another than it is. The marks
 * among them (U+200E, U+200F, U+061C) are those format characters that have a direction. */
static bool turns_text(const utf8proc_property_t *p)
{
    switch (p->bidi_class) {
    case UTF8PROC_BIDI_CLASS_LRE:
    case UTF8PROC_BIDI_CLASS_LRO:
    case UTF8PROC_BIDI_CLASS_RLE:
    case UTF8PROC_BIDI_CLASS_RLO:
    case UTF8PROC_BIDI_CLASS_PDF:
    case UTF8PROC_BIDI_CLASS_LRI:
    case UTF8PROC_BIDI_CLASS_RLI:
    case UTF8PROC_BIDI_CLASS_FSI:
    case UTF8PROC_BIDI_CLASS_PDI: return true;
    case UTF8PROC_BIDI_CLASS_L:
    case UTF8PROC_BIDI_CLASS_R:
    case UTF8PROC_BIDI_CLASS_AL: return p->category == UTF8PROC_CATEGORY_CF;
    default: return false;
    }
}

/* It counts as a letter or a sign, and shows nothing: the fillers of Hangul are letters that a reader may leave out. */
static bool is_filler(utf8proc_int32_t c, const utf8proc_property_t *p)
{
    return (p->ignorable && p->category == UTF8PROC_CATEGORY_LO) || c == EMPTY_BRAILLE;
}

static bool is_forbidden(enum field_format format, utf8proc_int32_t c, const utf8proc_property_t *p)
{
    if (p->category == UTF8PROC_CATEGORY_CC)
        return format != FORMAT_TEXT || (c != '\n' && c != '\t');
    if (p->category == UTF8PROC_CATEGORY_ZL || p->category == UTF8PROC_CATEGORY_ZP)
        return format == FORMAT_LINE;
    return turns_text(p) || is_filler(c, p);
}

/* An accent, a vowel sign: it stands on what is before it. */
static bool is_mark(utf8proc_category_t category)
{
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
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

/* What is not ASCII's letters. `carries` is whether a mark may follow: format characters, such as those that join
 * letters, change nothing of it. */
static enum err measure_other(const struct field_rule *rule, utf8proc_int32_t c, bool *carries, size_t *visible)
{
    const utf8proc_property_t *p = utf8proc_get_property(c);
    utf8proc_category_t category = (utf8proc_category_t)p->category;
    bool blank = is_blank(category);
    bool is_lone = is_mark(category) && !*carries;
    if (field_is_written_by_people(rule) && (is_lone || is_forbidden(rule->format, c, p)))
        return ERR_FIELD_CHARACTERS;
    if (category != UTF8PROC_CATEGORY_CF)
        *carries = !blank;
    *visible += !blank;
    return ERR_OK;
}

static enum err measure(const struct field_rule *rule, const char *text, struct text_size *ret_size)
{
    struct text_size size = {0};
    bool carries = false;
    enum err err = ERR_OK;
    utf8proc_ssize_t bytes;
    for (const char *at = text; *at && !err; at += bytes, size.length++) {
        utf8proc_int32_t c;
        bytes = 1;
        if (is_plain(*at)) {
            size.visible++;
            carries = true;
            continue;
        }
        bytes = utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &c);
        if (bytes < 1)
            return ERR_FIELD_CHARACTERS;
        err = measure_other(rule, c, &carries, &size.visible);
    }
    *ret_size = size;
    return err;
}

static bool is_phone(const char *text)
{
    if (text[0] != '+')
        return false;
    size_t digits = strspn(text + 1, "0123456789");
    return text[1 + digits] == '\0' && digits >= 8 && digits <= 15;
}

/* RFC 3986, 2.3. */
static bool is_word(const char *text)
{
    return text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")] == '\0';
}

static bool has_format(enum field_format format, const char *text)
{
    switch (format) {
    case FORMAT_PHONE: return is_phone(text);
    case FORMAT_WORD: return is_word(text);
    default: return true;
    }
}

enum err field_check_text(const struct field_rule *rule, const char *text)
{
    struct text_size size;
    enum err err = measure(rule, text, &size);
    if (err != ERR_OK)
        return err;
    if (!has_format(rule->format, text))
        return ERR_FIELD_FORMAT;
    if (size.length < rule->min_length)
        return ERR_FIELD_TOO_SHORT;
    if (field_is_written_by_people(rule) && rule->min_length > 0 && size.visible == 0)
        return ERR_FIELD_TOO_SHORT;
    return size.length > rule->max_length ? ERR_FIELD_TOO_LONG : ERR_OK;
}
