#include "services/document/passage/numerals.h"

#include "common/base/array.h"
#include "common/base/mem.h"

enum { ROMAN_MOST = 3999, LATIN_LETTERS = 26, LATIN_MOST = 30 * LATIN_LETTERS };

char *numerals_append_roman(char *text, int number, bool is_small)
{
    static const struct {
        int value;
        const char *is, *small;
    } SIGNS[] = {{1000, "M", "m"}, {900, "CM", "cm"}, {500, "D", "d"},  {400, "CD", "cd"}, {100, "C", "c"},
                 {90, "XC", "xc"}, {50, "L", "l"},    {40, "XL", "xl"}, {10, "X", "x"},    {9, "IX", "ix"},
                 {5, "V", "v"},    {4, "IV", "iv"},   {1, "I", "i"}};
    if (number > ROMAN_MOST)
        return mem_append(text, "%d", number);
    for (size_t i = 0; i < ARRAY_LENGTH(SIGNS); i++)
        for (; number >= SIGNS[i].value; number -= SIGNS[i].value)
            text = mem_append(text, "%s", is_small ? SIGNS[i].small : SIGNS[i].is);
    return text;
}

char *numerals_append_latin(char *text, int number, bool is_small)
{
    if (number < 1 || number > LATIN_MOST)
        return mem_append(text, "%d", number);
    int letter = (is_small ? 'a' : 'A') + (number - 1) % LATIN_LETTERS;
    for (int times = (number - 1) / LATIN_LETTERS; times >= 0; times--)
        text = mem_append(text, "%c", letter);
    return text;
}
