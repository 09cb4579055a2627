#include "services/auth/account/password_rule.h"

#include "common/base/array.h"
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { FOLDED_BYTES = 257, FOLDED_SHORTEST = 4, ROUND_A_CARD = 3 };

/* What people take first, of those lists that leaks have made known and of what is near at hand here; folded, at least
 * as long as a password. What repeats itself or only counts on is found by rule. */
static const char *const COMMON[] = {
    "password",      "password1",     "password12",       "password123",   "passw0rd",           "p@ssw0rd",
    "p@ssword",      "1q2w3e4r",      "1q2w3e4r5t",       "1qaz2wsx",      "qwertyui",           "qwertyuiop",
    "qwerty123",     "qwerty1234",    "qwerty12345",      "asdfghjkl",     "asdfasdf",           "zxcvbnm123",
    "zaq12wsx",      "q1w2e3r4",      "abcd1234",         "abc12345",      "abc123456",          "a1234567",
    "a12345678",     "a123456789",    "aa123456",         "aa12345678",    "iloveyou",           "iloveyou1",
    "sunshine",      "princess",      "football",         "baseball",      "superman",           "welcome1",
    "letmein1",      "admin123",      "admin1234",        "administrator", "adminadmin",         "test1234",
    "12341234",      "12344321",      "123qweasd",        "123qwe123",     "1234qwer",           "qwer1234",
    "1qazxsw2",      "computer",      "internet",         "samsung123",    "trustno1",           "whatever",
    "dragon123",     "monkey123",     "matkhau",          "matkhau1",      "matkhau123",         "matkhau12",
    "matkhau1234",   "matkhaumoi",    "quenmatkhau",      "khongbiet",     "khongnho",           "anhyeuem",
    "emyeuanh",      "anhyeuem1",     "anhyeuem123",      "yeuemnhieu",    "toiyeuvietnam",      "vietnam1",
    "vietnam123",    "vietnamvodich", "hanoi123",         "hanoi2025",     "hanoi2026",          "saigon123",
    "dangvien",      "dangvien1",     "dangvien123",      "dangcongsan",   "dangcongsanvietnam", "chibo123",
    "sotaydangvien", "sotay123",      "sotaydangvien123", "hochiminh",     "bachoviet",          "bacho1905",
    "19051890",      "03021930",      "3021930",          "19081945",      "02091945",           "30041975",
    "07051954",      "conyeume",      "conyeubame",       "giadinh123",    "giadinhtoi",         "xinchao123",
    "chaoban123",    "nguyenvana",    "nguyen123",        "0123456789",    "1029384756",         "147258369",
    "159357456",     "741852963",     "963852741",
};

/* In small letters, without spaces, hyphens and underscores. What is too long is no common word: cut. */
static size_t fold(const char *text, char folded[FOLDED_BYTES])
{
    size_t n = 0;
    for (; *text && n + 1 < FOLDED_BYTES; text++)
        if (*text != ' ' && *text != '-' && *text != '_')
            folded[n++] = (char)tolower((unsigned char)*text);
    folded[n] = '\0';
    return n;
}

static size_t count_characters(const char *utf8)
{
    size_t n = 0;
    for (; *utf8; utf8++)
        n += ((unsigned char)*utf8 & 0xc0) != 0x80;
    return n;
}

/* "aaaaaaaa", "12121212", "abcabcabc": one unit of up to four characters again and again. */
static bool repeats_itself(const char *text, size_t n)
{
    for (size_t unit = 1; unit <= 4 && unit < n; unit++) {
        size_t i = unit;
        while (i < n && text[i] == text[i - unit])
            i++;
        if (i == n)
            return true;
    }
    return false;
}

/* "12345678", "hgfedcba", and 90 after 89: each character is the next one, up or down. */
static bool only_counts(const char *text, size_t n)
{
    for (int step = -1; step <= 1; step += 2) {
        size_t i = 1;
        while (i < n && (text[i] == text[i - 1] + step || (text[i - 1] == '9' && text[i] == '0' && step == 1) ||
                         (text[i - 1] == '0' && text[i] == '9' && step == -1)))
            i++;
        if (i == n)
            return true;
    }
    return false;
}

/* What is left out when it is folded is no secret: "--------", "abc     ". */
static bool is_common(const char *password, const char *folded, size_t n)
{
    for (size_t i = 0; i < ARRAY_LENGTH(COMMON); i++)
        if (strcmp(folded, COMMON[i]) == 0)
            return true;
    return n < FOLDED_SHORTEST || repeats_itself(password, strlen(password)) || repeats_itself(folded, n) ||
           only_counts(folded, n);
}

enum err password_rule(const char *password, const char *card_number)
{
    char folded[FOLDED_BYTES], card[FOLDED_BYTES];
    size_t n = fold(password, folded), card_bytes = fold(card_number, card);
    if (count_characters(password) < PASSWORD_SHORTEST)
        return ERR_FIELD_PASSWORD_SHORT;
    if (card_bytes > 0 && strstr(folded, card) && n <= card_bytes + ROUND_A_CARD)
        return ERR_FIELD_PASSWORD_IS_CARD;
    return is_common(password, folded, n) ? ERR_FIELD_PASSWORD_COMMON : ERR_OK;
}
