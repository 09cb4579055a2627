#include "services/document/extract/docx_numbers.h"

#include "common/base/array.h"
#include "services/document/passage/numerals.h"
#include <ctype.h>
#include <string.h>

enum { LEVELS = 9, LISTS_MOST = 4000, STYLES_MOST = 4000, BASED_ON_MOST = 20 };

struct level {
    int start;
    const char *format; /* "decimal", "lowerLetter" … */
    const char *text;   /* "%1.%2." */
    const char *style;  /* paragraphs of that style are of this level; or NULL */
    bool never_restarts;
    bool is_legal; /* all its numbers are figures: Điều 1.1 of Chương I */
};

/* How something is counted: several lists may count on with one counter. */
struct counter {
    int id;
    struct level levels[LEVELS];
    int at[LEVELS];
    bool has_begun[LEVELS];
};

struct list {
    int id;
    struct counter *counter;
    struct level levels[LEVELS]; /* the counter's, and what the list says otherwise */
    int begins_at[LEVELS];       /* with its first paragraph; -1: counts on */
};

struct style {
    const char *id, *based_on;
    const xmlNode *numbered; /* its numPr, or NULL */
};

struct docx_numbers {
    TALLOC_CTX *ctx;
    ARRAY(struct counter *) counters;
    ARRAY(struct list) lists;
    ARRAY(struct style) styles;
};

/* --- loading ------------------------------------------------------------------------------------------------------ */

static void load_level(TALLOC_CTX *ctx, const xmlNode *node, struct level *level)
{
    level->start = xml_value_of(node, "start", 0);
    level->format = xml_text_of(ctx, xml_child(node, "numFmt"), "val");
    level->text = xml_text_of(ctx, xml_child(node, "lvlText"), "val");
    level->style = xml_text_of(ctx, xml_child(node, "pStyle"), "val");
    level->is_legal = xml_child(node, "isLgl") != NULL;
    level->never_restarts = xml_value_of(node, "lvlRestart", -1) == 0;
}

static int level_of(const xmlNode *node)
{
    int level = xml_number_of(node, "ilvl", -1);
    return level >= 0 && level < LEVELS ? level : -1;
}

static void load_counter(struct docx_numbers *numbers, const xmlNode *node)
{
    struct counter *counter = mem_new(numbers->ctx, struct counter);
    counter->id = xml_number_of(node, "abstractNumId", -1);
    for (const xmlNode *level = xml_child(node, "lvl"); level; level = xml_next(level, "lvl"))
        if (level_of(level) >= 0)
            load_level(numbers->ctx, level, &counter->levels[level_of(level)]);
    array_add(numbers->ctx, &numbers->counters, counter);
}

static struct counter *find_counter(const struct docx_numbers *numbers, int id)
{
    for (size_t i = 0; i < numbers->counters.n; i++)
        if (numbers->counters.items[i]->id == id)
            return numbers->counters.items[i];
    return NULL;
}

static void load_list(struct docx_numbers *numbers, const xmlNode *node)
{
    struct list list = {.id = xml_number_of(node, "numId", 0)};
    list.counter = find_counter(numbers, xml_value_of(node, "abstractNumId", -1));
    if (!list.counter)
        return;
    memcpy(list.levels, list.counter->levels, sizeof list.levels);
    for (int level = 0; level < LEVELS; level++)
        list.begins_at[level] = -1;
    for (const xmlNode *other = xml_child(node, "lvlOverride"); other; other = xml_next(other, "lvlOverride")) {
        int level = level_of(other);
        if (level < 0)
            continue;
        if (xml_child(other, "lvl"))
            load_level(numbers->ctx, xml_child(other, "lvl"), &list.levels[level]);
        list.begins_at[level] = xml_value_of(other, "startOverride", -1);
    }
    array_add(numbers->ctx, &numbers->lists, list);
}

static void load_style(struct docx_numbers *numbers, const xmlNode *node)
{
    struct style style = {.id = xml_text_of(numbers->ctx, node, "styleId"),
                          .based_on = xml_text_of(numbers->ctx, xml_child(node, "basedOn"), "val"),
                          .numbered = xml_child(xml_child(node, "pPr"), "numPr")};
    if (style.id)
        array_add(numbers->ctx, &numbers->styles, style);
}

struct docx_numbers *docx_numbers_new(TALLOC_CTX *ctx, const xmlNode *numbering, const xmlNode *styles)
{
    struct docx_numbers *numbers = mem_new(ctx, struct docx_numbers);
    numbers->ctx = numbers;
    for (const xmlNode *n = xml_child(numbering, "abstractNum"); n && numbers->counters.n < LISTS_MOST;
         n = xml_next(n, "abstractNum"))
        load_counter(numbers, n);
    for (const xmlNode *n = xml_child(numbering, "num"); n && numbers->lists.n < LISTS_MOST; n = xml_next(n, "num"))
        load_list(numbers, n);
    for (const xmlNode *n = xml_child(styles, "style"); n && numbers->styles.n < STYLES_MOST; n = xml_next(n, "style"))
        load_style(numbers, n);
    return numbers;
}

/* --- which list --------------------------------------------------------------------------------------------------- */

static struct list *find_list(const struct docx_numbers *numbers, int id)
{
    for (size_t i = 0; i < numbers->lists.n; i++)
        if (numbers->lists.items[i].id == id)
            return &numbers->lists.items[i];
    return NULL;
}

static const struct style *find_style(const struct docx_numbers *numbers, const char *id)
{
    for (size_t i = 0; id && i < numbers->styles.n; i++)
        if (strcmp(numbers->styles.items[i].id, id) == 0)
            return &numbers->styles.items[i];
    return NULL;
}

/* The list and level that the style gives, or one that it is based on. The list says which of its levels is a
 * style's. */
static struct list *list_of_style(const struct docx_numbers *numbers, const char *id, int *ret_level)
{
    const struct style *style = find_style(numbers, id);
    for (int steps = 0; style && !style->numbered && steps < BASED_ON_MOST; steps++)
        style = find_style(numbers, style->based_on);
    if (!style || !style->numbered)
        return NULL;
    struct list *list = find_list(numbers, xml_value_of(style->numbered, "numId", 0));
    *ret_level = xml_value_of(style->numbered, "ilvl", 0);
    for (int level = 0; list && level < LEVELS; level++)
        if (list->levels[level].style && strcmp(list->levels[level].style, style->id) == 0)
            *ret_level = level;
    return list;
}

static struct list *list_of(const struct docx_numbers *numbers, const xmlNode *properties, int *ret_level)
{
    const xmlNode *own = xml_child(properties, "numPr");
    char *style = xml_text_of(NULL, xml_child(properties, "pStyle"), "val");
    int level = 0;
    struct list *list = list_of_style(numbers, style, &level);
    if (xml_child(own, "numId"))
        list = find_list(numbers, xml_value_of(own, "numId", 0));
    mem_free(style);
    *ret_level = xml_value_of(own, "ilvl", level);
    return list && *ret_level >= 0 && *ret_level < LEVELS ? list : NULL;
}

/* --- counting ----------------------------------------------------------------------------------------------------- */

static void count(struct list *list, int level)
{
    struct counter *counter = list->counter;
    int begins_at = list->begins_at[level];
    list->begins_at[level] = -1;
    if (begins_at >= 0)
        counter->at[level] = begins_at;
    else
        counter->at[level] = counter->has_begun[level] ? counter->at[level] + 1 : list->levels[level].start;
    counter->has_begun[level] = true;
    for (int wider = 0; wider < level; wider++)
        if (!counter->has_begun[wider]) {
            counter->at[wider] = list->levels[wider].start;
            counter->has_begun[wider] = true;
        }
    for (int narrower = level + 1; narrower < LEVELS; narrower++)
        counter->has_begun[narrower] &= list->levels[narrower].never_restarts;
}

static char *append_number(char *label, const char *format, int number)
{
    if (strcmp(format, "lowerLetter") == 0 || strcmp(format, "upperLetter") == 0)
        return numerals_append_latin(label, number, format[0] == 'l');
    if (strcmp(format, "lowerRoman") == 0 || strcmp(format, "upperRoman") == 0)
        return numerals_append_roman(label, number, format[0] == 'l');
    return mem_append(label, strcmp(format, "decimalZero") == 0 ? "%02d" : "%d", number);
}

static char *write_label(TALLOC_CTX *ctx, const struct list *list, int level)
{
    char *label = mem_text(ctx, "");
    for (const char *at = list->levels[level].text; at && *at; at++) {
        int wider = at[0] == '%' && isdigit((unsigned char)at[1]) ? at[1] - '1' : -1;
        if (wider < 0 || wider > level) {
            label = mem_append(label, "%c", *at);
            continue;
        }
        const char *format = list->levels[level].is_legal ? NULL : list->levels[wider].format;
        label = append_number(label, format ? format : "decimal", list->counter->at[wider]);
        at++;
    }
    return label;
}

char *docx_numbers_next(struct docx_numbers *numbers, TALLOC_CTX *ctx, const xmlNode *properties)
{
    int level;
    struct list *list = properties ? list_of(numbers, properties, &level) : NULL;
    if (!list)
        return NULL;
    count(list, level);
    const char *format = list->levels[level].format;
    if (format && strcmp(format, "bullet") == 0)
        return mem_text(ctx, "-");
    return format && strcmp(format, "none") == 0 ? NULL : write_label(ctx, list, level);
}
