#include "services/auth/import/roster.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/member/member.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static const char *const ORGANIZATION_FIELDS[] = {"code", "parent_code", "level", "name", "meeting_day"};
static const char *const MEMBER_FIELDS[] = {"card_number", "full_name",         "date_of_birth", "gender",
                                            "joined_on",   "branch_code",       "status",        "exempt",
                                            "position",    "position_org_code", "phone",         "occupation"};
const struct roster_header ROSTER_ORGANIZATIONS = {ORGANIZATION_FIELDS, ARRAY_LENGTH(ORGANIZATION_FIELDS),
                                                   ARRAY_LENGTH(ORGANIZATION_FIELDS)};
const struct roster_header ROSTER_MEMBERS = {MEMBER_FIELDS, ARRAY_LENGTH(MEMBER_FIELDS),
                                             ARRAY_LENGTH(MEMBER_FIELDS) - 1};

enum { CODE_BYTES = 64, CARD_BYTES = 32, NAME_CHARACTERS = 200 };
/* The places of the fields. */
enum { ORG_CODE, ORG_PARENT, ORG_LEVEL, ORG_NAME, ORG_DAY };
enum { CARD, NAME, BORN, GENDER, JOINED, BRANCH, STATUS, EXEMPT, ROLE, ROLE_AT, PHONE, OCCUPATION };

/* --- text --- */

static bool is_ascii(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

static bool has_controls(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return true;
    return false;
}

/* One for each run: what keyboards and spreadsheets double. */
static void fold_spaces(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++)
        if (*from != ' ' || to == text || to[-1] != ' ')
            *to++ = *from;
    *to = 0;
}

char *roster_normalize(TALLOC_CTX *ctx, const char *text, size_t n)
{
    while (n > 0 && text[0] == ' ')
        text++, n--;
    while (n > 0 && text[n - 1] == ' ')
        n--;
    if (memchr(text, 0, n))
        return NULL;
    char *normal;
    if (is_ascii(text, n)) {
        normal = mem_textn(ctx, text, n);
    } else {
        utf8proc_uint8_t *made = NULL;
        utf8proc_ssize_t bytes = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)n, &made,
                                              UTF8PROC_STABLE | UTF8PROC_COMPOSE);
        normal = bytes < 0 ? NULL : mem_textn(ctx, (const char *)made, (size_t)bytes);
        free(made);
    }
    if (!normal || has_controls(normal))
        return NULL;
    fold_spaces(normal);
    return normal;
}

static size_t characters(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static enum err check_text(const char *text, size_t longest)
{
    if (!*text)
        return ERR_FIELD_REQUIRED;
    return characters(text) > longest ? ERR_FIELD_TOO_LONG : ERR_OK;
}

static enum err check_code(const char *text, size_t longest)
{
    enum err err = check_text(text, longest);
    return !err && !member_is_code(text) ? ERR_FIELD_CHARACTERS : err;
}

static enum err check_phone(const char *text)
{
    size_t digits = strspn(text + (*text == '+'), "0123456789");
    return text[(*text == '+') + digits] || digits < 8 || digits > 15 ? ERR_FIELD_FORMAT : ERR_OK;
}

/* --- words, numbers, dates --- */

/* The place of `text` in a list of words; -1: none of them. */
static int choice(const char *text, const char *const words[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(text, words[i]) == 0)
            return (int)i;
    return -1;
}

static bool read_digits(const char **at, int n, int *ret_number)
{
    *ret_number = 0;
    for (int i = 0; i < n; i++, (*at)++) {
        if (!isdigit((unsigned char)**at))
            return false;
        *ret_number = *ret_number * 10 + (**at - '0');
    }
    return true;
}

static enum err read_date(const char *text, int32_t *ret_date)
{
    int year, month, day, y, m, d;
    if (strspn(text, "0123456789") == strlen(text))
        return ERR_FIELD_DATE_IS_NUMBER;
    if (!read_digits(&text, 4, &year) || *text++ != '-' || !read_digits(&text, 2, &month) || *text++ != '-' ||
        !read_digits(&text, 2, &day) || *text || year < 1800 || month < 1 || month > 12 || day < 1 || day > 31)
        return ERR_FIELD_FORMAT;
    int32_t date = clock_date_join(year, month, day);
    clock_date_split(date, &y, &m, &d);
    if (y != year || m != month || d != day)
        return ERR_FIELD_FORMAT; /* 30 February */
    *ret_date = date;
    return ERR_OK;
}

static enum err read_optional_date(const char *text, bool *ret_has, int32_t *ret_date)
{
    *ret_has = *text != 0;
    return *ret_has ? read_date(text, ret_date) : ERR_OK;
}

/* --- organizations.csv --- */

static enum err read_level(const char *text, Pb__Level *ret_level)
{
    static const char *const WORDS[] = {"city", "district", "grassroots", "branch"};
    int level = choice(text, WORDS, ARRAY_LENGTH(WORDS));
    if (level < 0)
        return *text ? ERR_FIELD_CHOICE : ERR_FIELD_REQUIRED;
    *ret_level = (Pb__Level)level;
    return ERR_OK;
}

static enum err read_day(const char *text, int32_t *ret_day)
{
    *ret_day = 0;
    if (!*text)
        return ERR_OK;
    int day, n = (int)strlen(text);
    if (n > 2 || !read_digits(&text, n, &day))
        return ERR_FIELD_FORMAT;
    if (day < 1 || day > 28)
        return day < 1 ? ERR_FIELD_TOO_SMALL : ERR_FIELD_TOO_LARGE;
    *ret_day = day;
    return ERR_OK;
}

/* Remembers the first field at fault. */
static enum err blame(enum err err, const char *field, const char **ret_field)
{
    if (err)
        *ret_field = field;
    return err;
}

enum err roster_read_organization(const char *const fields[], struct roster_organization *ret_row,
                                  const char **ret_field)
{
    const char *const *header = ORGANIZATION_FIELDS;
    struct roster_organization row = {
        .code = fields[ORG_CODE], .parent_code = fields[ORG_PARENT], .name = fields[ORG_NAME]};
    enum err err = blame(check_code(row.code, CODE_BYTES), header[ORG_CODE], ret_field);
    if (!err)
        err = blame(read_level(fields[ORG_LEVEL], &row.level), header[ORG_LEVEL], ret_field);
    if (!err)
        err = blame(check_text(row.name, NAME_CHARACTERS), header[ORG_NAME], ret_field);
    if (!err)
        err = blame(read_day(fields[ORG_DAY], &row.meeting_day), header[ORG_DAY], ret_field);
    if (!err)
        *ret_row = row;
    return err;
}

/* --- members.csv --- */

static enum err read_gender(const char *text, int *ret_gender)
{
    static const char *const WORDS[] = {"male", "female", "other"};
    *ret_gender = *text ? choice(text, WORDS, ARRAY_LENGTH(WORDS)) : -1;
    return *text && *ret_gender < 0 ? ERR_FIELD_CHOICE : ERR_OK;
}

static enum err read_status(const char *text, Pb__MemberStatus *ret_status)
{
    static const char *const WORDS[] = {"official", "probationary", "suspended", "left"};
    int status = choice(text, WORDS, ARRAY_LENGTH(WORDS));
    if (status < 0)
        return *text ? ERR_FIELD_CHOICE : ERR_FIELD_REQUIRED;
    *ret_status = (Pb__MemberStatus)status;
    return ERR_OK;
}

static enum err read_exempt(const char *text, bool *ret_exempt)
{
    static const char *const WORDS[] = {"false", "true"};
    int exempt = choice(text, WORDS, ARRAY_LENGTH(WORDS));
    if (exempt < 0)
        return *text ? ERR_FIELD_CHOICE : ERR_FIELD_REQUIRED;
    *ret_exempt = exempt == 1;
    return ERR_OK;
}

static enum err read_role(const char *text, int *ret_role)
{
    static const char *const WORDS[] = {"none", "deputy_secretary", "secretary", "committee_member", "officer",
                                        "admin"};
    *ret_role = *text ? choice(text, WORDS, ARRAY_LENGTH(WORDS)) : ROLE_KEEP; /* in the order of Pb__Role */
    return *text && *ret_role < 0 ? ERR_FIELD_CHOICE : ERR_OK;
}

static enum err read_occupation(const char *text, int *ret_occupation)
{
    static const char *const WORDS[] = {"enterprise", "public", "military_retired", "retired", "agriculture",
                                        "student",    "other"}; /* in the order of Pb__Occupation */
    *ret_occupation = *text ? choice(text, WORDS, ARRAY_LENGTH(WORDS)) : -1;
    return *text && *ret_occupation < 0 ? ERR_FIELD_CHOICE : ERR_OK;
}

static enum err read_texts(const char *const fields[], struct roster_member *row, const char **ret_field)
{
    const char *const *header = MEMBER_FIELDS;
    row->card_number = fields[CARD];
    row->full_name = fields[NAME];
    row->branch_code = fields[BRANCH];
    row->role_at_code = fields[ROLE_AT];
    row->phone = fields[PHONE];
    enum err err = blame(check_code(row->card_number, CARD_BYTES), header[CARD], ret_field);
    if (!err)
        err = blame(check_text(row->full_name, NAME_CHARACTERS), header[NAME], ret_field);
    if (!err)
        err = blame(check_text(row->branch_code, CODE_BYTES), header[BRANCH], ret_field);
    if (!err && *row->phone)
        err = blame(check_phone(row->phone), header[PHONE], ret_field);
    return err;
}

static enum err read_dates(const char *const fields[], struct roster_member *row, const char **ret_field)
{
    const char *const *header = MEMBER_FIELDS;
    enum err err = blame(read_optional_date(fields[BORN], &row->has_born_on, &row->born_on), header[BORN], ret_field);
    if (!err)
        err = blame(read_optional_date(fields[JOINED], &row->has_joined_on, &row->joined_on), header[JOINED],
                    ret_field);
    if (!err && row->has_born_on && row->has_joined_on && row->joined_on <= row->born_on)
        err = blame(ERR_FIELD_CONFLICT, header[JOINED], ret_field);
    return err;
}

enum err roster_read_member(const char *const fields[], struct roster_member *ret_row, const char **ret_field)
{
    const char *const *header = MEMBER_FIELDS;
    struct roster_member row = {0};
    enum err err = read_texts(fields, &row, ret_field);
    if (!err)
        err = read_dates(fields, &row, ret_field);
    if (!err)
        err = blame(read_gender(fields[GENDER], &row.gender), header[GENDER], ret_field);
    if (!err)
        err = blame(read_status(fields[STATUS], &row.status), header[STATUS], ret_field);
    if (!err)
        err = blame(read_exempt(fields[EXEMPT], &row.exempt), header[EXEMPT], ret_field);
    if (!err)
        err = blame(read_role(fields[ROLE], &row.role), header[ROLE], ret_field);
    if (!err && *row.role_at_code && row.role == ROLE_KEEP)
        err = blame(ERR_FIELD_REQUIRED, header[ROLE], ret_field);
    if (!err)
        err = blame(read_occupation(fields[OCCUPATION], &row.occupation), header[OCCUPATION], ret_field);
    if (!err)
        *ret_row = row;
    return err;
}
