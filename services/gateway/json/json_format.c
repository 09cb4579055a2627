#include "services/gateway/json/json_format.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/base/uuid.h"
#include "common/contract/field_check.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define SHA256_BYTES 32

bool json_format_is_text(enum field_format format)
{
    return format == FORMAT_TIMESTAMP || format == FORMAT_DATE || format == FORMAT_MONTH ||
           format == FORMAT_TIME_OF_DAY;
}

/* --- numbers: each take_… moves *at past what it took --- */

static bool take_number(const char **at, int digits, int *ret_number)
{
    int number = 0;
    for (int i = 0; i < digits; i++) {
        char c = (*at)[i];
        if (c < '0' || c > '9')
            return false;
        number = number * 10 + (c - '0');
    }
    *at += digits;
    *ret_number = number;
    return true;
}

static bool take_char(const char **at, const char *choices)
{
    if (**at == '\0' || !strchr(choices, **at))
        return false;
    (*at)++;
    return true;
}

static bool take_year_and_month(const char **at, int *ret_year, int *ret_month)
{
    return take_number(at, 4, ret_year) && take_char(at, "-") && take_number(at, 2, ret_month) && *ret_month >= 1 &&
           *ret_month <= 12;
}

static bool take_date(const char **at, int32_t *ret_date)
{
    int year, month, day, joined_year, joined_month, joined_day;
    if (!take_year_and_month(at, &year, &month) || !take_char(at, "-") || !take_number(at, 2, &day))
        return false;
    *ret_date = clock_date_join(year, month, day);
    clock_date_split(*ret_date, &joined_year, &joined_month, &joined_day);
    return joined_year == year && joined_month == month && joined_day == day; /* no 30 February */
}

static bool take_hour_and_minute(const char **at, int *ret_minutes)
{
    int hour, minute;
    if (!take_number(at, 2, &hour) || !take_char(at, ":") || !take_number(at, 2, &minute))
        return false;
    *ret_minutes = hour * 60 + minute;
    return hour <= 23 && minute <= 59;
}

static bool take_fraction(const char **at, int64_t *ret_us)
{
    int digit;
    *ret_us = 0;
    if (!take_char(at, "."))
        return true;
    if (**at < '0' || **at > '9')
        return false;
    for (int64_t unit = CLOCK_SECOND_US / 10; take_number(at, 1, &digit); unit /= 10)
        *ret_us += digit * unit;
    return true;
}

static bool take_offset(const char **at, int64_t *ret_us)
{
    bool west = **at == '-';
    int minutes;
    *ret_us = 0;
    if (take_char(at, "Zz"))
        return true;
    if (!take_char(at, "+-") || !take_hour_and_minute(at, &minutes))
        return false;
    *ret_us = (west ? -minutes : minutes) * CLOCK_MINUTE_US;
    return true;
}

static bool take_timestamp(const char **at, int64_t *ret_us)
{
    int32_t date;
    int minutes, seconds;
    int64_t fraction_us, offset_us;
    if (!take_date(at, &date) || !take_char(at, "Tt") || !take_hour_and_minute(at, &minutes))
        return false;
    if (!take_char(at, ":") || !take_number(at, 2, &seconds) || seconds > 60)
        return false; /* 60: a leap second */
    if (!take_fraction(at, &fraction_us) || !take_offset(at, &offset_us))
        return false;
    *ret_us = date * CLOCK_DAY_US + minutes * CLOCK_MINUTE_US + seconds * CLOCK_SECOND_US + fraction_us - offset_us;
    return true;
}

static bool take_date_number(const char **at, int64_t *ret_number)
{
    int32_t date;
    if (!take_date(at, &date))
        return false;
    *ret_number = date;
    return true;
}

static bool take_month_number(const char **at, int64_t *ret_number)
{
    int year, month;
    if (!take_year_and_month(at, &year, &month))
        return false;
    *ret_number = year * 12 + month - 1;
    return true;
}

static bool take_of_format(enum field_format format, const char **at, int64_t *ret_number)
{
    if (format == FORMAT_TIMESTAMP)
        return take_timestamp(at, ret_number);
    if (format == FORMAT_DATE)
        return take_date_number(at, ret_number);
    if (format == FORMAT_MONTH)
        return take_month_number(at, ret_number);
    int minutes;
    if (!take_hour_and_minute(at, &minutes))
        return false;
    *ret_number = minutes;
    return true;
}

enum err json_format_read_number(enum field_format format, const char *text, int64_t *ret_number)
{
    int64_t number;
    if (!take_of_format(format, &text, &number) || *text != '\0')
        return ERR_FIELD_FORMAT;
    *ret_number = number;
    return ERR_OK;
}

static char *put_number(char *at, int64_t number, int digits)
{
    for (int i = digits; i-- > 0; number /= 10)
        at[i] = (char)('0' + number % 10);
    return at + digits;
}

static char *put_char(char *at, char c)
{
    *at = c;
    return at + 1;
}

static char *put_month(char *at, int year, int month)
{
    return put_number(put_char(put_number(at, year, 4), '-'), month, 2);
}

static char *put_date(char *at, int32_t date)
{
    int year, month, day;
    clock_date_split(date, &year, &month, &day);
    return put_number(put_char(put_month(at, year, month), '-'), day, 2);
}

static char *put_minutes(char *at, int64_t minutes)
{
    return put_number(put_char(put_number(at, minutes / 60, 2), ':'), minutes % 60, 2);
}

static char *put_timestamp(char *at, int64_t us)
{
    int64_t of_day = us % CLOCK_DAY_US;
    if (of_day < 0)
        of_day += CLOCK_DAY_US;
    at = put_date(at, (int32_t)((us - of_day) / CLOCK_DAY_US));
    at = put_minutes(put_char(at, 'T'), of_day / CLOCK_MINUTE_US);
    at = put_number(put_char(at, ':'), of_day % CLOCK_MINUTE_US / CLOCK_SECOND_US, 2);
    at = put_number(put_char(at, '.'), of_day % CLOCK_SECOND_US, 6);
    return put_char(at, 'Z');
}

size_t json_format_write_number(enum field_format format, int64_t number, char text[JSON_FORMAT_TEXT_BYTES])
{
    char *end = text;
    if (format == FORMAT_TIMESTAMP)
        end = put_timestamp(text, number);
    if (format == FORMAT_DATE)
        end = put_date(text, (int32_t)number);
    if (format == FORMAT_MONTH)
        end = put_month(text, (int)(number / 12), (int)(number % 12) + 1);
    if (format == FORMAT_TIME_OF_DAY)
        end = put_minutes(text, number);
    *end = '\0';
    return (size_t)(end - text);
}

/* --- bytes --- */

static enum err read_uuid(TALLOC_CTX *ctx, const char *text, ProtobufCBinaryData *ret_bytes)
{
    struct uuid id;
    if (uuid_parse(text, &id) != ERR_OK)
        return ERR_FIELD_FORMAT;
    *ret_bytes = uuid_to_pb(ctx, &id);
    return ERR_OK;
}

static enum err read_sha256(TALLOC_CTX *ctx, const char *text, ProtobufCBinaryData *ret_bytes)
{
    uint8_t hash[SHA256_BYTES];
    size_t n = strlen(text);
    if (n != 2 * sizeof hash || sodium_hex2bin(hash, sizeof hash, text, n, NULL, NULL, NULL) != 0)
        return ERR_FIELD_FORMAT;
    *ret_bytes = mem_bytes(ctx, hash, sizeof hash);
    return ERR_OK;
}

static enum err read_base64(TALLOC_CTX *ctx, const char *text, ProtobufCBinaryData *ret_bytes)
{
    size_t text_bytes = strlen(text), n;
    uint8_t *bytes = mem_array(ctx, uint8_t, text_bytes + 1);
    if (text_bytes == 0 || sodium_base642bin(bytes, text_bytes, text, text_bytes, NULL, &n, NULL,
                                             sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
        return ERR_FIELD_FORMAT;
    }
    *ret_bytes = (ProtobufCBinaryData){.len = n, .data = bytes};
    return ERR_OK;
}

enum err json_format_read_bytes(TALLOC_CTX *ctx, enum field_format format, const char *text,
                                ProtobufCBinaryData *ret_bytes)
{
    if (format == FORMAT_UUID)
        return read_uuid(ctx, text, ret_bytes);
    if (format == FORMAT_SHA256)
        return read_sha256(ctx, text, ret_bytes);
    return read_base64(ctx, text, ret_bytes);
}

/* --- text --- */

/* The letter at `at` (UTF-8) that is the same in every text in NFC, whatever stands beside it: how many bytes it has.
 * These are ASCII, the Latin letters U+0080 to U+02FF and U+1E00 to U+1EFF, among them all of Vietnamese, and the usual
 * dashes and quotation marks U+2010 to U+2026; 0: another, which only utf8proc can judge. */
static size_t composed_bytes(const unsigned char *at)
{
    if (at[0] < 0x80)
        return 1;
    if (at[0] >= 0xc2 && at[0] <= 0xcb)
        return 2;
    if (at[0] == 0xe1 && at[1] >= 0xb8 && at[1] <= 0xbb)
        return 3;
    return at[0] == 0xe2 && at[1] == 0x80 && at[2] >= 0x90 && at[2] <= 0xa6 ? 3 : 0;
}

/* False where it may be, or may not. `text` is UTF-8. */
static bool is_composed(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t n = 1;
    while (*at && n > 0) {
        n = composed_bytes(at);
        at += n;
    }
    return n > 0;
}

static char *compose(TALLOC_CTX *ctx, const char *text)
{
    if (is_composed(text))
        return mem_text(ctx, text);
    utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)text);
    char *copy = mem_text(ctx, (const char *)composed);
    free(composed);
    return copy;
}

enum err json_format_read_text(TALLOC_CTX *ctx, const struct field_rule *rule, const char *text, char **ret_text)
{
    char *copy = field_is_written_by_people(rule) ? compose(ctx, text) : mem_text(ctx, text);
    if (!copy)
        return ERR_FIELD_CHARACTERS;
    enum err err = field_check_text(rule, copy);
    if (err == ERR_OK)
        *ret_text = copy;
    return err;
}
