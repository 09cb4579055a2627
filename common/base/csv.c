#include "common/base/csv.h"

#include <inttypes.h>
#include <stdio.h>

void csv_put(struct csv *csv, const char *text)
{
    array_add_many(csv->ctx, &csv->bytes, text, strlen(text));
}

/* A spreadsheet runs such a cell, whoever wrote its text. */
static bool is_formula(const char *text)
{
    return *text && strchr("=+-@\t\r", *text);
}

void csv_text(struct csv *csv, const char *text, const char *end)
{
    csv_put(csv, is_formula(text) ? "\"'" : "\"");
    for (; *text; text++) {
        if (*text == '"')
            array_add(csv->ctx, &csv->bytes, '"');
        array_add(csv->ctx, &csv->bytes, *text);
    }
    csv_put(csv, "\"");
    csv_put(csv, end);
}

void csv_number(struct csv *csv, int64_t number, const char *end)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%" PRId64, number);
    csv_put(csv, digits);
    csv_put(csv, end);
}

char *csv_finish(struct csv *csv)
{
    array_add(csv->ctx, &csv->bytes, '\0');
    return csv->bytes.items;
}
