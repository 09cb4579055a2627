#include "services/document/passage/place.h"

#include "common/base/mem.h"
#include "services/document/passage/numerals.h"
#include <string.h>

static const struct {
    const char *slug, *word;
} KINDS[HEADING_KINDS] = {
    [HEADING_PART] = {"phan", "Phần"},
    [HEADING_LETTER] = {"phan", "phần"},
    [HEADING_CHAPTER] = {"chuong", "Chương"},
    [HEADING_SECTION] = {"muc", "Mục"},
    [HEADING_SUBSECTION] = {"tieu-muc", "Tiểu mục"},
    [HEADING_ROMAN] = {"muc", "mục"},
    [HEADING_ARTICLE] = {"dieu", "Điều"},
    [HEADING_NUMBER] = {"khoan", "khoản"},
    [HEADING_SECOND] = {"diem", "điểm"},
    [HEADING_THIRD] = {"diem", "điểm"},
    [HEADING_POINT] = {"diem", "điểm"},
};

/* --- what comes next ---------------------------------------------------------------------------------------------- */

enum { ARTICLES_MISSING_MOST = 2 };

static bool is_in_any(const struct place *place)
{
    for (int kind = 0; kind < HEADING_POINT; kind++)
        if (place->is_open[kind])
            return true;
    return false;
}

/* 4a behind 4, 4b behind 4a. */
static bool is_added(const struct heading *last, const struct heading *next)
{
    return next->added > 0 && heading_last(next) == last->numbers[next->n_numbers - 1] &&
           next->added == last->added + 1;
}

static bool comes_next(const struct heading *last, const struct heading *next)
{
    int was = last->numbers[next->n_numbers - 1];
    return (next->added == 0 && heading_last(next) == was + 1) || is_added(last, next);
}

/* Two clauses 2, one behind the other. A first one again is a list inside of it. */
static bool is_twice(const struct heading *last, const struct heading *next)
{
    return next->is_sentence && next->added == 0 && heading_last(next) > 1 && heading_last(next) == heading_last(last);
}

static enum place_verdict judge_article(const struct place *place, const struct heading *next)
{
    const struct heading *last = &place->last[HEADING_ARTICLE];
    if (comes_next(last, next))
        return PLACE_NEXT;
    int missing = next->numbers[0] - last->numbers[0] - 1;
    bool is_behind_gap = missing > 0 && missing <= ARTICLES_MISSING_MOST && last->numbers[0] > 0 && next->added == 0;
    bool is_there = last->numbers[0] > 0 && is_twice(last, next);
    return next->begins && !next->is_empty && (is_behind_gap || is_there) ? PLACE_DOUBTFUL : PLACE_NO;
}

static enum place_verdict judge_number(const struct place *place, const struct heading *next)
{
    static const struct heading NONE = {.n_numbers = 1};
    const struct heading *open = place->is_open[HEADING_NUMBER] ? &place->open[HEADING_NUMBER] : &NONE;
    if (place->has_articles && !place->is_open[HEADING_ARTICLE])
        return PLACE_NO;
    if (comes_next(open, next))
        return PLACE_NEXT;
    /* the tasks of a resolution may be counted through all its sections */
    if (open == &NONE && !place->has_articles && comes_next(&place->last[HEADING_NUMBER], next))
        return PLACE_NEXT;
    return open != &NONE && is_twice(open, next) ? PLACE_DOUBTFUL : PLACE_NO;
}

/* 1.2 in 1, 1.2.3 in 1.2. */
static enum place_verdict judge_numbers(const struct place *place, const struct heading *next)
{
    const struct heading *wider = &place->open[next->kind - 1];
    if (!place->is_open[next->kind - 1])
        return PLACE_NO;
    for (int i = 0; i < next->n_numbers - 1; i++)
        if (wider->numbers[i] != next->numbers[i])
            return PLACE_NO;
    int was = place->is_open[next->kind] ? heading_last(&place->open[next->kind]) : 0;
    return heading_last(next) == was + 1 ? PLACE_NEXT : PLACE_NO;
}

static enum place_verdict judge_point(const struct place *place, const struct heading *next)
{
    const struct heading *last = &place->open[HEADING_POINT];
    if (!place->is_open[HEADING_POINT])
        return next->numbers[0] == 1 && next->added == 0 && is_in_any(place) ? PLACE_NEXT : PLACE_NO;
    bool is_next = next->added == 0 && heading_point_follows(last->numbers[0], next->numbers[0]);
    return is_next || is_added(last, next) ? PLACE_NEXT : PLACE_NO;
}

/* Chapters are counted in each part, or through all of them. */
static enum place_verdict judge_title(const struct place *place, const struct heading *next)
{
    static const struct heading NONE = {.n_numbers = 1};
    const struct heading *open = place->is_open[next->kind] ? &place->open[next->kind] : &NONE;
    bool must_be_loud = place->has_articles && (next->kind == HEADING_LETTER || next->kind == HEADING_ROMAN);
    bool runs = next->kind == HEADING_CHAPTER && comes_next(&place->last[next->kind], next);
    return (comes_next(open, next) || runs) && (next->is_loud || !must_be_loud) ? PLACE_NEXT : PLACE_NO;
}

enum place_verdict place_judge(const struct place *place, const struct heading *heading)
{
    switch (heading->kind) {
    case HEADING_ARTICLE: return judge_article(place, heading);
    case HEADING_NUMBER: return judge_number(place, heading);
    case HEADING_SECOND:
    case HEADING_THIRD: return judge_numbers(place, heading);
    case HEADING_POINT: return judge_point(place, heading);
    default: return judge_title(place, heading);
    }
}

/* The same number, one behind the other: its address says which of them, and so do those of what is narrower. */
static int times_there(const struct place *place, const struct heading *heading)
{
    enum heading_kind kind = heading->kind;
    const struct heading *before = kind == HEADING_ARTICLE ? &place->last[kind] : &place->open[kind];
    bool is_behind_one = before->n_numbers > 0 && (kind == HEADING_ARTICLE || place->is_open[kind]);
    return is_behind_one && is_twice(before, heading) ? place->times[kind] + 1 : 1;
}

void place_open(struct place *place, const struct heading *heading)
{
    place->times[heading->kind] = times_there(place, heading);
    for (int kind = heading->kind; kind < HEADING_KINDS; kind++)
        place->is_open[kind] = false;
    place->is_open[heading->kind] = true;
    place->open[heading->kind] = *heading;
    place->last[heading->kind] = *heading;
}

/* --- addresses and labels ----------------------------------------------------------------------------------------- */

static char *append_letter(char *text, int place, bool is_address, bool is_capital)
{
    static const char *const LETTERS[] = {"a", "b", "c", "d", "đ", "e", "f", "g", "h", "i", "j", "k", "l", "m",
                                          "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z"};
    const char *letter = LETTERS[place - 1];
    if (strcmp(letter, "đ") == 0)
        return mem_append(text, "%s", is_address ? "dd" : is_capital ? "Đ" : letter);
    return is_capital && !is_address ? mem_append(text, "%c", letter[0] - 'a' + 'A') : mem_append(text, "%s", letter);
}

static char *append_added(char *text, const struct heading *heading)
{
    if (heading->added == 0)
        return text;
    if (heading->kind == HEADING_POINT)
        return mem_append(text, "%d", heading->added);
    return mem_append(text, "%c", 'a' + heading->added - 1);
}

/* Chapters' and parts' roman figures are written as others in addresses: nobody counts them twice. */
static char *append_number(char *text, const struct heading *heading, bool is_address)
{
    bool stays_roman = heading->kind == HEADING_ROMAN || heading->kind == HEADING_SECTION || !is_address;
    if (heading->kind == HEADING_POINT || heading->kind == HEADING_LETTER)
        text = append_letter(text, heading->numbers[0], is_address, heading->kind == HEADING_LETTER);
    else if (heading->is_roman && stays_roman)
        text = numerals_append_roman(text, heading->numbers[0], is_address);
    else
        for (int i = 0; i < heading->n_numbers; i++)
            text = mem_append(text, "%s%d", i == 0 ? "" : is_address ? "-" : ".", heading->numbers[i]);
    return append_added(text, heading);
}

/* Articles are found without their chapters, of which they do not depend. */
static int first_kind(const struct place *place)
{
    return place->is_open[HEADING_ARTICLE] ? HEADING_ARTICLE : 0;
}

char *place_address(TALLOC_CTX *ctx, const struct place *place)
{
    char *address = mem_text(ctx, place->slug ? place->slug : "");
    for (int kind = first_kind(place); kind < HEADING_KINDS; kind++)
        if (place->is_open[kind]) {
            address = mem_append(address, "%s%s-", *address ? "." : "", KINDS[kind].slug);
            address = append_number(address, &place->open[kind], true);
            if (place->times[kind] > 1)
                address = mem_append(address, "-lan-%d", place->times[kind]);
        }
    return *address ? address : mem_append(address, "mo-dau");
}

/* "điểm 1.2" says which number it is in. */
static bool is_said_by_narrower(const struct place *place, int kind)
{
    return (kind == HEADING_NUMBER || kind == HEADING_SECOND) && place->is_open[kind + 1];
}

char *place_label(TALLOC_CTX *ctx, const struct place *place)
{
    char *label = mem_text(ctx, "");
    for (int kind = HEADING_KINDS - 1; kind >= first_kind(place); kind--)
        if (place->is_open[kind] && !is_said_by_narrower(place, kind)) {
            label = mem_append(label, "%s%s ", *label ? " " : "", KINDS[kind].word);
            label = append_number(label, &place->open[kind], false);
            if (place->times[kind] > 1)
                label = mem_append(label, " (lần %d)", place->times[kind]);
        }
    if (place->slug)
        return mem_append(label, "%s%s", *label ? " " : "", place->name);
    return *label ? label : mem_append(label, "phần mở đầu");
}
