#include "services/document/passage/heading.h"

#include "common/base/array.h"
#include "services/document/passage/letters.h"
#include <ctype.h>
#include <string.h>

/* --- numbers ------------------------------------------------------------------------------------------------------ */

static const char ALPHABET[] = "abcdđefghijklmnopqrstuvwxyz";
static const char SELDOM[] = "đfjwz"; /* letters that some leave out, and some do not */

/* From 1; 0: none of it. */
static int place_of(int32_t letter)
{
    const char *at = ALPHABET;
    for (int place = 1; *at; place++)
        if (letters_next(&at) == letter)
            return place;
    return 0;
}

static bool is_seldom(int place)
{
    const char *at = SELDOM;
    while (*at)
        if (place_of(letters_next(&at)) == place)
            return true;
    return false;
}

static const char *read_figures(const char *text, int *ret_number)
{
    int number = 0;
    const char *at = text;
    for (; isdigit((unsigned char)*at) && number <= HEADING_NUMBER_MOST; at++)
        number = number * 10 + (*at - '0');
    if (at == text || number == 0 || number > HEADING_NUMBER_MOST)
        return NULL;
    *ret_number = number;
    return at;
}

/* Up to XCIX, as they are properly written. */
static const char *read_roman(const char *text, int *ret_number)
{
    static const struct {
        const char *is;
        int value;
    } SIGNS[] = {{"XC", 90}, {"L", 50}, {"XL", 40}, {"X", 10}, {"X", 10}, {"X", 10},
                 {"IX", 9},  {"V", 5},  {"IV", 4},  {"I", 1},  {"I", 1},  {"I", 1}};
    int number = 0;
    const char *at = text;
    for (size_t i = 0; i < ARRAY_LENGTH(SIGNS); i++) {
        size_t n = strlen(SIGNS[i].is);
        if (strncmp(at, SIGNS[i].is, n) != 0)
            continue;
        number += SIGNS[i].value;
        at += n;
    }
    if (number == 0 || isalnum((unsigned char)*at) ||
        (*at & 0x80 && letters_is_capital(letters_next(&(const char *){at}))))
        return NULL;
    *ret_number = number;
    return at;
}

static const char *read_ordinal(const char *text, int *ret_number)
{
    static const struct {
        const char *word;
        int number;
    } WORDS[] = {{"nhất", 1}, {"hai", 2}, {"ba", 3},  {"tư", 4},   {"bốn", 4},  {"năm", 5},
                 {"sáu", 6},  {"bảy", 7}, {"tám", 8}, {"chín", 9}, {"mười", 10}};
    for (size_t i = 0; i < ARRAY_LENGTH(WORDS); i++) {
        const char *rest = letters_skip_word(text, WORDS[i].word);
        if (rest) {
            *ret_number = WORDS[i].number;
            return rest;
        }
    }
    return NULL;
}

/* --- what follows a number ---------------------------------------------------------------------------------------- */

static bool is_mark(int32_t letter)
{
    return letter == '.' || letter == ':' || letter == ')' || letter == '/' || letter == '-' || letter == 0x2013 ||
           letter == 0x2014;
}

/* The mark behind a number, "." or " -", 0 if there is none. */
static const char *read_mark(const char *text, int32_t *ret_mark)
{
    const char *behind = letters_skip_blanks(text);
    int32_t mark = letters_next(&behind);
    *ret_mark = is_mark(mark) ? mark : 0;
    return *ret_mark ? behind : text;
}

static void take_rest(const char *rest, struct heading *heading)
{
    const char *at = letters_skip_blanks(rest);
    heading->is_loud = letters_are_loud(at);
    int32_t first = letters_next(&at);
    heading->is_empty = first == 0;
    heading->is_sentence = letters_is_capital(first);
    heading->begins = heading->is_sentence || (first >= '0' && first <= '9') || first == '"' || first == 0x201C ||
                      first == '(';
}

/* "1.Nội dung" is read as "1. Nội dung"; "15/4" and "2-3" are no headings. */
static bool stands_apart(const char *rest)
{
    int32_t next = letters_next(&rest);
    return letters_is_blank(next) || letters_is_capital(next);
}

/* One small letter right behind the number, where an article was put in later: "Điều 4a." */
static const char *read_added(const char *text, int *ret_added)
{
    if (*text < 'a' || *text > 'z' || !is_mark(letters_next(&(const char *){text + 1})))
        return text;
    *ret_added = *text - 'a' + 1;
    return text + 1;
}

/* --- Phần, Chương, Mục, Tiểu mục, Điều ---------------------------------------------------------------------------- */

static const struct {
    const char *word;
    enum heading_kind kind;
} WORDS[] = {{"phần ", HEADING_PART},
             {"chương ", HEADING_CHAPTER},
             {"mục ", HEADING_SECTION},
             {"tiểu mục ", HEADING_SUBSECTION},
             {"điều ", HEADING_ARTICLE}};

static const char *read_word_number(const char *text, struct heading *heading)
{
    const char *ordinal = letters_skip_word(text, "thứ ");
    if (ordinal)
        return read_ordinal(ordinal, &heading->numbers[0]);
    const char *rest = read_roman(text, &heading->numbers[0]);
    heading->is_roman = rest != NULL;
    if (!rest)
        rest = read_figures(text, &heading->numbers[0]);
    return rest ? read_added(rest, &heading->added) : NULL;
}

/* "Điều 4." with its point: "Điều 4 Quy chế" begins lines that a longer sentence was broken into. */
static bool is_article(const struct heading *heading, int32_t mark)
{
    return (mark == '.' || mark == ':') ? heading->begins || heading->is_empty : mark == 0 && heading->is_empty;
}

static bool is_title(const struct heading *heading, int32_t mark)
{
    if (heading->is_empty)
        return mark == 0 || mark == ':';
    return heading->is_loud || (mark != 0 && heading->begins);
}

static bool read_word(const char *line, struct heading *ret_heading)
{
    if (!letters_is_capital(letters_next(&(const char *){line})))
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(WORDS); i++) {
        struct heading heading = {.kind = WORDS[i].kind, .n_numbers = 1};
        const char *rest = letters_skip_word(line, WORDS[i].word);
        int32_t mark;
        if (!rest || !(rest = read_word_number(rest, &heading)))
            continue;
        rest = read_mark(rest, &mark);
        take_rest(rest, &heading);
        if (!(heading.kind == HEADING_ARTICLE ? is_article(&heading, mark) : is_title(&heading, mark)))
            return false;
        *ret_heading = heading;
        return true;
    }
    return false;
}

/* --- 1. 1.2. 1.2.3. ----------------------------------------------------------------------------------------------- */

static bool read_numbers(const char *line, struct heading *ret_heading)
{
    struct heading heading = {.n_numbers = 1};
    int32_t mark;
    const char *rest = read_figures(line, &heading.numbers[0]);
    if (!rest)
        return false;
    while (rest[0] == '.' && isdigit((unsigned char)rest[1])) {
        if (heading.n_numbers == HEADING_NUMBERS ||
            !(rest = read_figures(rest + 1, &heading.numbers[heading.n_numbers])))
            return false;
        heading.n_numbers++;
    }
    static const enum heading_kind KINDS[] = {HEADING_NUMBER, HEADING_SECOND, HEADING_THIRD};
    heading.kind = KINDS[heading.n_numbers - 1];
    rest = read_mark(read_added(rest, &heading.added), &mark);
    take_rest(rest, &heading);
    if ((heading.n_numbers == 1 && mark == 0) || mark == ':' || !heading.begins || !stands_apart(rest))
        return false;
    *ret_heading = heading;
    return true;
}

/* --- a) A. II- ---------------------------------------------------------------------------------------------------- */

static bool read_point(const char *line, struct heading *ret_heading)
{
    struct heading heading = {.kind = HEADING_POINT, .n_numbers = 1};
    const char *rest = line;
    int32_t mark;
    heading.numbers[0] = place_of(letters_next(&rest));
    if (heading.numbers[0] == 0)
        return false;
    if (isdigit((unsigned char)*rest) && rest[1] == ')')
        heading.added = *rest++ - '0';
    bool is_apart = *rest == ')';
    rest = read_mark(rest, &mark);
    take_rest(rest, &heading);
    if (mark == 0 || mark == ':' || heading.is_empty || !(is_apart || (heading.begins && stands_apart(rest))))
        return false;
    *ret_heading = heading;
    return true;
}

static bool read_letter(const char *line, struct heading *ret_heading)
{
    struct heading heading = {.kind = HEADING_LETTER, .n_numbers = 1};
    const char *rest = line;
    int32_t letter = letters_next(&rest), mark;
    heading.numbers[0] = letters_is_capital(letter) ? place_of(letters_small(letter)) : 0;
    rest = read_mark(rest, &mark);
    take_rest(rest, &heading);
    if (heading.numbers[0] == 0 || mark == 0 || mark == ':' || !heading.is_loud || !stands_apart(rest))
        return false; /* "C. Mác" is no part of a document */
    *ret_heading = heading;
    return true;
}

static bool read_roman_heading(const char *line, struct heading *ret_heading)
{
    struct heading heading = {.kind = HEADING_ROMAN, .n_numbers = 1, .is_roman = true};
    int32_t mark;
    const char *rest = read_roman(line, &heading.numbers[0]);
    if (!rest)
        return false;
    rest = read_mark(rest, &mark);
    take_rest(rest, &heading);
    if (mark == 0 || !heading.begins || !stands_apart(rest))
        return false;
    *ret_heading = heading;
    return true;
}

size_t heading_read(const char *line, struct heading ret_ways[HEADING_WAYS])
{
    static bool (*const READERS[])(const char *, struct heading *) = {read_word, read_numbers, read_point, read_letter,
                                                                      read_roman_heading};
    size_t n = 0;
    line = letters_skip_blanks(line);
    for (size_t i = 0; i < ARRAY_LENGTH(READERS) && n < HEADING_WAYS; i++)
        n += READERS[i](line, &ret_ways[n]);
    return n;
}

bool heading_point_follows(int last, int next)
{
    for (int place = last + 1; place <= next; place++) {
        if (place == next)
            return true;
        if (!is_seldom(place))
            return false;
    }
    return false;
}

int heading_last(const struct heading *heading)
{
    return heading->numbers[heading->n_numbers - 1];
}

/* --- ends and annexes --------------------------------------------------------------------------------------------- */

bool heading_ends_text(const char *line)
{
    static const char *const SIGNS[] = {"T/M ", "TM. ", "TM ", "KT. ", "K/T ", "TL. ", "T/L ", "TUQ. "};
    line = letters_skip_blanks(line);
    if (letters_skip_word(line, "nơi nhận"))
        return letters_is_capital(letters_next(&line));
    for (size_t i = 0; i < ARRAY_LENGTH(SIGNS); i++)
        if (strncmp(line, SIGNS[i], strlen(SIGNS[i])) == 0)
            return letters_are_loud(line);
    return false;
}

bool heading_is_annex(const char *line, int *ret_number)
{
    struct heading heading = {.n_numbers = 0};
    int32_t mark;
    line = letters_skip_blanks(line);
    bool is_loud = letters_are_loud(line);
    const char *rest = letters_is_capital(letters_next(&(const char *){line})) ? letters_skip_word(line, "phụ lục")
                                                                               : NULL;
    if (!rest)
        return false;
    rest = letters_skip_blanks(rest);
    const char *numbered = letters_skip_word(rest, "số ");
    bool has_number = (numbered = read_word_number(numbered ? numbered : rest, &heading)) != NULL;
    rest = read_mark(has_number ? numbered : rest, &mark);
    take_rest(rest, &heading);
    *ret_number = has_number ? heading.numbers[0] : 0;
    return is_loud || (has_number && (heading.is_empty || (mark != 0 && heading.begins)));
}

bool heading_is_attachment(const char *line, const char **ret_slug, const char **ret_name)
{
    static const struct {
        const char *title, *slug, *name;
    } NAMES[] = {{"quy chế", "quy-che", "Quy chế"},       {"quy định", "quy-dinh", "Quy định"},
                 {"quy trình", "quy-trinh", "Quy trình"}, {"điều lệ", "dieu-le", "Điều lệ"},
                 {"nội quy", "noi-quy", "Nội quy"},       {"đề án", "de-an", "Đề án"},
                 {"kế hoạch", "ke-hoach", "Kế hoạch"},    {"chương trình", "chuong-trinh", "Chương trình"},
                 {"hướng dẫn", "huong-dan", "Hướng dẫn"}, {"danh mục", "danh-muc", "Danh mục"},
                 {"danh sách", "danh-sach", "Danh sách"}, {"bảng tiêu chí", "bang-tieu-chi", "Bảng tiêu chí"}};
    line = letters_skip_blanks(line);
    for (size_t i = 0; letters_are_loud(line) && i < ARRAY_LENGTH(NAMES); i++) {
        const char *rest = letters_skip_word(line, NAMES[i].title);
        if (rest && *letters_skip_blanks(rest) == '\0') {
            *ret_slug = NAMES[i].slug;
            *ret_name = NAMES[i].name;
            return true;
        }
    }
    return false;
}

static bool ends_with(const char *text, size_t n, const char *end)
{
    size_t bytes = strlen(end);
    return n >= bytes && memcmp(text + n - bytes, end, bytes) == 0;
}

bool heading_is_contents(const char *line)
{
    size_t n = strlen(line), figures = 0;
    while (n > 0 && line[n - 1] == ' ')
        n--;
    for (; n > 0 && isdigit((unsigned char)line[n - 1]); figures++)
        n--;
    bool is_tab = n > 0 && line[n - 1] == '\t';
    while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\t'))
        n--;
    return figures > 0 && n > 0 &&
           (is_tab || ends_with(line, n, "....") || ends_with(line, n, ". . .") || ends_with(line, n, "……"));
}
