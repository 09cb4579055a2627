#include "services/document/extraction/old_letters.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/document/passage/letters.h"
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { LETTERS_LEAST = 40 };
enum { D_STROKE = 0x111, TCVN3_D = 0xAE, TCVN3_CAPITAL_D = 0xA7, SOFT_HYPHEN = 0xAD };

/* --- which letters they are --------------------------------------------------------------------------------------- */

/* A letter that Vietnamese alone has, as Unicode writes it. */
static bool is_of_today(int32_t letter)
{
    static const int32_t LETTERS[] = {0x102, 0x103, 0x110, 0x111, 0x1A0, 0x1A1, 0x1AF, 0x1B0};
    for (size_t i = 0; i < ARRAY_LENGTH(LETTERS); i++)
        if (letter == LETTERS[i])
            return true;
    return letter >= 0x1EA0 && letter <= 0x1EF9;
}

static bool is_letter(int32_t letter)
{
    return letters_is_small(letter) || letters_is_capital(letter);
}

/* Signs that no other language has inside its words; TCVN3 has its commonest letters there. */
static bool is_sign(int32_t letter)
{
    return letter >= 0xA1 && letter <= 0xBE && letter != 0xAB && letter != 0xBB;
}

/* What VNI writes behind a letter to put an accent on it, as marks of Unicode; NULL: that is no pair. */
static const char *mark_of(int32_t letter, int32_t mark)
{
    static const struct {
        int32_t mark;
        const char *marks, *letters; /* on which letters; of today, without accents */
    } MARKS[] = {
        {0xF9, "\u0301", "aeouy\u01B0\u01A1"}, {0xF8, "\u0300", "aeouy\u01B0\u01A1"},
        {0xFB, "\u0309", "aeouy\u01B0\u01A1"}, {0xF5, "\u0303", "aeouy\u01B0\u01A1"},
        {0xEF, "\u0323", "aeouy\u01B0\u01A1"}, {0xEA, "\u0306", "a"},
        {0xE9, "\u0306\u0301", "a"},           {0xE8, "\u0306\u0300", "a"},
        {0xFA, "\u0306\u0309", "a"},           {0xFC, "\u0306\u0303", "a"},
        {0xEB, "\u0323\u0306", "a"},           {0xE2, "\u0302", "aeo"},
        {0xE1, "\u0302\u0301", "aeo"},         {0xE0, "\u0302\u0300", "aeo"},
        {0xE5, "\u0302\u0309", "aeo"},         {0xE3, "\u0302\u0303", "aeo"},
        {0xE4, "\u0323\u0302", "aeo"},
    };
    int32_t small = letters_small(letter), small_mark = letters_small(mark);
    for (size_t i = 0; i < ARRAY_LENGTH(MARKS); i++) {
        const char *on = MARKS[i].letters;
        if (MARKS[i].mark != small_mark)
            continue;
        for (int32_t each; (each = letters_next(&on)) != 0;)
            if (each == small)
                return MARKS[i].marks;
    }
    return NULL;
}

/* A letter of VNI that stands for another one by itself; 0: none. */
static int32_t vni_letter(int32_t letter)
{
    static const int32_t LETTERS[][2] = {
        {0xF6, 0x1B0}, {0xF4, 0x1A1}, {0xF1, 0x111}, {0xE6, 0x1EC9}, {0xF3, 0x129}, {0xF2, 0x1ECB}, {0xEE, 0x1EF5},
        {0xD6, 0x1AF}, {0xD4, 0x1A0}, {0xD1, 0x110}, {0xC6, 0x1EC8}, {0xD3, 0x128}, {0xD2, 0x1ECA}, {0xCE, 0x1EF4},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(LETTERS); i++)
        if (LETTERS[i][0] == letter)
            return LETTERS[i][1];
    return 0;
}

struct counted {
    size_t letters, today, signs, latin, pairs;
};

static void count(const char *text, struct counted *counted)
{
    int32_t base = 0;
    for (int32_t letter; (letter = letters_next(&text)) != 0;) {
        counted->letters += is_letter(letter) || is_sign(letter);
        counted->today += is_of_today(letter);
        counted->signs += is_sign(letter);
        counted->latin += letter >= 0xC0 && letter <= 0xFF;
        counted->pairs += mark_of(base, letter) != NULL || vni_letter(letter) == D_STROKE;
        base = vni_letter(letter) ? vni_letter(letter) : letter;
    }
}

/* Vietnamese has an accent, or a letter of its own, in every fourth place: a tenth is enough, with the signs or pairs
 * of one of the two among them. A few words, or figures, say nothing. Of today's there may be some, such as a heading
 * that was written over the old text. */
enum old_letters old_letters_of(const struct passage_line lines[], size_t n)
{
    struct counted counted = {0};
    for (size_t i = 0; i < n; i++)
        count(lines[i].text, &counted);
    size_t old = counted.signs + counted.latin;
    if (counted.letters < LETTERS_LEAST || 10 * old < counted.letters || 4 * counted.today > old)
        return OLD_LETTERS_NONE;
    if (20 * counted.signs >= counted.letters)
        return OLD_LETTERS_TCVN3;
    return 20 * counted.pairs >= counted.letters ? OLD_LETTERS_VNI : OLD_LETTERS_NONE;
}

/* --- reading them ------------------------------------------------------------------------------------------------- */

/* From A1 on, as TCVN 5712-1 (iconv) has them. */
static const char *const TCVN3[] = {
    /* A1 */ "Ă",
    "Â",
    "Ê",
    "Ô",
    "Ơ",
    "Ư",
    "Đ",
    "ă",
    "â",
    "ê",
    "ô",
    "ơ",
    "ư",
    "đ",
    "Ằ",
    "\u0300",
    /* B1 */ "\u0309",
    "\u0303",
    "\u0301",
    "\u0323",
    "à",
    "ả",
    "ã",
    "á",
    "ạ",
    "Ẳ",
    "ằ",
    "ẳ",
    "ẵ",
    "ắ",
    "Ẵ",
    "Ắ",
    /* C1 */ "Ầ",
    "Ẩ",
    "Ẫ",
    "Ấ",
    "Ề",
    "ặ",
    "ầ",
    "ẩ",
    "ẫ",
    "ấ",
    "ậ",
    "è",
    "Ể",
    "ẻ",
    "ẽ",
    "é",
    /* D1 */ "ẹ",
    "ề",
    "ể",
    "ễ",
    "ế",
    "ệ",
    "ì",
    "ỉ",
    "Ễ",
    "Ế",
    "Ồ",
    "ĩ",
    "í",
    "ị",
    "ò",
    "Ổ",
    /* E1 */ "ỏ",
    "õ",
    "ó",
    "ọ",
    "ồ",
    "ổ",
    "ỗ",
    "ố",
    "ộ",
    "ờ",
    "ở",
    "ỡ",
    "ớ",
    "ợ",
    "ù",
    "Ỗ",
    /* F1 */ "ủ",
    "ũ",
    "ú",
    "ụ",
    "ừ",
    "ử",
    "ữ",
    "ứ",
    "ự",
    "ỳ",
    "ỷ",
    "ỹ",
    "ý",
    "ỵ",
};
enum { TCVN3_FIRST = 0xA1 };

struct today {
    TALLOC_CTX *ctx;
    ARRAY(char) bytes;
};

static void add_text(struct today *today, const char *text)
{
    array_add_many(today->ctx, &today->bytes, text, strlen(text));
}

static void add_letter(struct today *today, int32_t letter)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char(letter, bytes);
    array_add_many(today->ctx, &today->bytes, (const char *)bytes, (size_t)n);
}

/* A word of TCVN3, as far as it was read. */
struct word {
    size_t n;
    int32_t last;
    bool has_vowel;
};

static bool is_consonant(int32_t letter)
{
    int32_t small = letters_small(letter);
    return letter == TCVN3_D || letter == TCVN3_CAPITAL_D ||
           (small > 0 && small < 0x80 && strchr("bcdghklmnpqrstvx", (char)small));
}

/* Whether a hyphen is a ư: it stands behind the consonants that a word begins with, or begins one ("-u tiªn", "-íc").
 * Behind a whole word it is what it is ("tÕ-x· héi"), and so between capitals ("NQ-TW") and behind the number of a
 * heading ("I-", "C- "). */
static bool is_u(const struct word *word, int32_t next)
{
    if (letters_is_capital(next) || (next >= '0' && next <= '9'))
        return false;
    if (word->n == 0)
        return next == 'u' || next == 0xAC || (next >= 0xEA && next <= 0xEE);
    if (word->has_vowel || !is_consonant(word->last))
        return false;
    bool is_alone = word->n == 1 && letters_is_capital(word->last) && !is_letter(next) && !is_sign(next);
    return !is_alone || word->last == 'T' || word->last == 'S';
}

static void follow(struct word *word, int32_t letter)
{
    if (!is_letter(letter) && !is_sign(letter) && letter != 0xAB && letter != 0xBB) {
        *word = (struct word){.n = 0};
        return;
    }
    word->n++;
    word->last = letter;
    word->has_vowel |= !is_consonant(letter);
}

static void read_tcvn3(const char *text, struct today *today)
{
    struct word word = {.n = 0};
    for (int32_t letter; (letter = letters_next(&text)) != 0;) {
        const char *ahead = text;
        bool u = letter == SOFT_HYPHEN || (letter == '-' && is_u(&word, letters_next(&ahead)));
        if (u)
            add_text(today, "ư");
        else if (letter >= TCVN3_FIRST && letter < TCVN3_FIRST + (int32_t)ARRAY_LENGTH(TCVN3))
            add_text(today, TCVN3[letter - TCVN3_FIRST]);
        else if (letter != LETTERS_NONE)
            add_letter(today, letter);
        follow(&word, u ? 'u' : letter);
    }
}

static void read_vni(const char *text, struct today *today)
{
    for (int32_t letter; (letter = letters_next(&text)) != 0;) {
        const char *behind = text;
        int32_t own = vni_letter(letter), base = own ? own : letter;
        const char *marks = mark_of(base, letters_next(&behind));
        if (letter == LETTERS_NONE)
            continue;
        add_letter(today, base);
        if (!marks)
            continue;
        add_text(today, marks);
        text = behind;
    }
}

static const char *composed(TALLOC_CTX *ctx, const char *text)
{
    char *nfc = (char *)utf8proc_NFC((const utf8proc_uint8_t *)text);
    const char *kept = nfc ? mem_text(ctx, nfc) : text;
    free(nfc);
    return kept;
}

const char *old_letters_read(TALLOC_CTX *ctx, enum old_letters letters, const char *text)
{
    struct today today = {.ctx = ctx};
    switch (letters) {
    case OLD_LETTERS_TCVN3: read_tcvn3(text, &today); break;
    case OLD_LETTERS_VNI: read_vni(text, &today); break;
    default: return text;
    }
    array_add(ctx, &today.bytes, '\0');
    return composed(ctx, today.bytes.items);
}

void old_letters_mend(TALLOC_CTX *ctx, struct passage_line lines[], size_t n)
{
    enum old_letters letters = old_letters_of(lines, n);
    for (size_t i = 0; letters != OLD_LETTERS_NONE && i < n; i++) {
        struct counted counted = {0};
        count(lines[i].text, &counted);
        if (counted.today == 0)
            lines[i].text = old_letters_read(ctx, letters, lines[i].text);
    }
}
