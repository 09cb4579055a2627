#include "common/base/name_order.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    PARTS_MOST = 8,
    BREVE = 0x306,
    CIRCUMFLEX = 0x302,
    HORN = 0x31B,
    D_STROKE = 0x111,
    D_ETH = 0xF0,
    D_TAIL = 0x256
};
static const char SEPARATOR = 1, FIRST_LETTER = 'A', OTHER_SIGN = '/';
/* `đ` is written as `D`, `ă` `â` `ê` `ô` `ơ` `ư` as their letter and what is written on it. */
static const char *const ALPHABET[] = {"a", "a(", "a^", "b", "c", "d",  "D", "e", "e^", "f",  "g",
                                       "h", "i",  "j",  "k", "l", "m",  "n", "o", "o^", "o+", "p",
                                       "q", "r",  "s",  "t", "u", "u+", "v", "w", "x",  "y",  "z"};
static const utf8proc_int32_t TONES[] = {0, 0x300, 0x309, 0x303, 0x301, 0x323};

struct text {
    TALLOC_CTX *ctx;
    ARRAY(char) bytes;
};

static void put_byte(struct text *text, char byte)
{
    array_add(text->ctx, &text->bytes, byte);
}

static void put_point(struct text *text, utf8proc_int32_t point)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char(point, bytes);
    array_add_many(text->ctx, &text->bytes, (const char *)bytes, (size_t)n);
}

static char *finish(struct text *text)
{
    put_byte(text, '\0');
    return text->bytes.items;
}

/* --- letters ------------------------------------------------------------------------------------------------------ */

/* One character of the text as a small letter, taken apart: its base and the marks on it. A byte that is no UTF-8 is
 * U+FFFD. */
struct letter {
    utf8proc_int32_t points[PARTS_MOST];
    size_t n;
};

static size_t read_letter(const char *text, size_t n, struct letter *ret_letter)
{
    utf8proc_int32_t point;
    int boundary = UTF8PROC_BOUNDCLASS_START;
    utf8proc_ssize_t bytes = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)n, &point);
    if (bytes < 1)
        bytes = 1, point = 0xFFFD;
    point = utf8proc_tolower(point);
    if (point == D_ETH || point == D_TAIL) /* whose capitals look like Đ */
        point = D_STROKE;
    utf8proc_ssize_t parts = utf8proc_decompose_char(point, ret_letter->points, PARTS_MOST, UTF8PROC_DECOMPOSE,
                                                     &boundary);
    if (parts < 1 || parts > PARTS_MOST)
        ret_letter->points[0] = point, parts = 1;
    ret_letter->n = (size_t)parts;
    return (size_t)bytes;
}

static bool is_mark(utf8proc_int32_t point)
{
    return point >= 0x300 && point < 0x370;
}

static int tone_of(utf8proc_int32_t mark)
{
    for (size_t i = 1; i < ARRAY_LENGTH(TONES); i++)
        if (TONES[i] == mark)
            return (int)i;
    return 0;
}

/* --- order -------------------------------------------------------------------------------------------------------- */

/* What is written on the letter that came last moves it to the next places of the alphabet that are its. */
static void put_mark(struct text *letters, utf8proc_int32_t mark)
{
    char sign = mark == BREVE ? '(' : mark == CIRCUMFLEX ? '^' : mark == HORN ? '+' : 0;
    size_t n = letters->bytes.n, last = n > 0 ? (size_t)(letters->bytes.items[n - 1] - FIRST_LETTER) : 0;
    if (!sign || n == 0 || last >= ARRAY_LENGTH(ALPHABET))
        return;
    for (size_t i = last + 1; i < ARRAY_LENGTH(ALPHABET) && ALPHABET[i][0] == ALPHABET[last][0]; i++)
        if (ALPHABET[i][1] == sign)
            letters->bytes.items[n - 1] = (char)(FIRST_LETTER + (char)i);
}

static void put_base(struct text *letters, utf8proc_int32_t point)
{
    char letter = point == D_STROKE ? 'D' : point < 0x80 ? (char)point : 0;
    for (size_t i = 0; letter && i < ARRAY_LENGTH(ALPHABET); i++)
        if (ALPHABET[i][0] == letter) {
            put_byte(letters, (char)(FIRST_LETTER + (char)i));
            return;
        }
    if (point >= 0x80)
        put_point(letters, point);
    else
        put_byte(letters, point >= ' ' && point <= '9' ? (char)point : OTHER_SIGN);
}

struct words {
    struct text letters, tones;
    char tone; /* of the syllable under way */
};

static void end_word(struct words *words)
{
    put_byte(&words->tones, words->tone);
    words->tone = '0';
}

static void put_in_order(struct words *words, utf8proc_int32_t point)
{
    size_t n = words->letters.bytes.n;
    bool between = n == 0 || words->letters.bytes.items[n - 1] == ' ';
    if (point == ' ' && between)
        return;
    if (point == ' ')
        end_word(words);
    if (!is_mark(point))
        put_base(&words->letters, point);
    else if (tone_of(point) > 0)
        words->tone = (char)('0' + tone_of(point));
    else
        put_mark(&words->letters, point);
}

/* The letters of the words, and the tone of each. */
static void put_words(struct text *key, const char *text, size_t n)
{
    struct words words = {.letters = {.ctx = key->ctx}, .tones = {.ctx = key->ctx}, .tone = '0'};
    for (size_t at = 0; at < n;) {
        struct letter letter;
        at += read_letter(text + at, n - at, &letter);
        for (size_t i = 0; i < letter.n; i++)
            put_in_order(&words, letter.points[i]);
    }
    end_word(&words);
    array_add_many(key->ctx, &key->bytes, words.letters.bytes.items, words.letters.bytes.n);
    put_byte(key, SEPARATOR);
    array_add_many(key->ctx, &key->bytes, words.tones.bytes.items, words.tones.bytes.n);
}

static size_t without_blanks(const char *text, size_t n)
{
    while (n > 0 && text[n - 1] == ' ')
        n--;
    return n;
}

char *name_order_key(TALLOC_CTX *ctx, const char *name)
{
    struct text key = {.ctx = ctx};
    size_t end = without_blanks(name, strlen(name)), given = end;
    while (given > 0 && name[given - 1] != ' ')
        given--;
    put_words(&key, name + given, end - given);
    put_byte(&key, SEPARATOR);
    put_words(&key, name, without_blanks(name, given));
    return finish(&key);
}

/* --- search ------------------------------------------------------------------------------------------------------- */

char *name_order_fold(TALLOC_CTX *ctx, const char *text)
{
    struct text folded = {.ctx = ctx};
    size_t n = strlen(text);
    for (size_t at = 0; at < n;) {
        struct letter letter;
        at += read_letter(text + at, n - at, &letter);
        for (size_t i = 0; i < letter.n; i++)
            if (letter.points[i] == D_STROKE)
                put_byte(&folded, 'd');
            else if (letter.points[i] != ' ' && !is_mark(letter.points[i]))
                put_point(&folded, letter.points[i]);
    }
    return finish(&folded);
}

char *name_order_small(TALLOC_CTX *ctx, const char *text)
{
    struct text small = {.ctx = ctx};
    size_t n = strlen(text);
    for (size_t at = 0; at < n;) {
        struct letter letter;
        at += read_letter(text + at, n - at, &letter);
        for (size_t i = 0; i < letter.n; i++)
            if (letter.points[i] != ' ')
                put_point(&small, letter.points[i]);
    }
    char *apart = finish(&small);
    utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)apart);
    char *result = composed ? mem_text(ctx, (const char *)composed) : apart;
    free(composed);
    return result;
}
