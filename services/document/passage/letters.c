#include "services/document/passage/letters.h"

#include <string.h>
#include <utf8proc.h>

enum { D_STROKE = 0x111, D_ETH = 0xF0, NO_BREAK_SPACE = 0xA0, NARROW_SPACE = 0x202F };

int32_t letters_next(const char **text)
{
    utf8proc_int32_t letter = LETTERS_NONE;
    if (**text == '\0')
        return 0;
    size_t n = strnlen(*text, 4);
    utf8proc_ssize_t bytes = utf8proc_iterate((const utf8proc_uint8_t *)*text, (utf8proc_ssize_t)n, &letter);
    *text += bytes > 0 ? bytes : 1;
    return bytes > 0 ? letter : LETTERS_NONE;
}

int32_t letters_small(int32_t letter)
{
    int32_t small = letter < 0 ? letter : utf8proc_tolower(letter);
    return small == D_ETH ? D_STROKE : small;
}

bool letters_is_capital(int32_t letter)
{
    return letter > 0 && utf8proc_category(letter) == UTF8PROC_CATEGORY_LU;
}

bool letters_is_small(int32_t letter)
{
    return letter > 0 && utf8proc_category(letter) == UTF8PROC_CATEGORY_LL;
}

bool letters_is_blank(int32_t letter)
{
    return letter == ' ' || letter == '\t' || letter == NO_BREAK_SPACE || letter == NARROW_SPACE ||
           (letter >= 0x2000 && letter <= 0x200A);
}

const char *letters_skip_blanks(const char *text)
{
    for (const char *next = text; letters_is_blank(letters_next(&next));)
        text = next;
    return text;
}

const char *letters_skip_word(const char *text, const char *word)
{
    while (*word) {
        int32_t wanted = letters_next(&word), found = letters_next(&text);
        bool fits = wanted == ' ' ? letters_is_blank(found) : letters_small(found) == wanted;
        if (!fits)
            return NULL;
        if (wanted == ' ')
            text = letters_skip_blanks(text);
    }
    return text;
}

bool letters_are_loud(const char *text)
{
    int capitals = 0;
    for (int32_t letter; (letter = letters_next(&text)) != 0;) {
        if (letters_is_small(letter))
            return false;
        capitals += letters_is_capital(letter);
    }
    return capitals >= 2;
}
