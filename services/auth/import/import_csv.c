#include "services/auth/import/import_csv.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include <inttypes.h>
#include <stdio.h>

#define BOM "\xef\xbb\xbf"

struct text {
    TALLOC_CTX *ctx;
    ARRAY(char) bytes;
};

static void put(struct text *text, const char *bytes)
{
    array_add_many(text->ctx, &text->bytes, bytes, strlen(bytes));
}

static void put_cell(struct text *text, const char *value, const char *end)
{
    bool is_formula = *value && strchr("=+-@\t\r", *value);
    put(text, "\"");
    if (is_formula)
        put(text, "'");
    for (; *value; value++) {
        if (*value == '"')
            array_add(text->ctx, &text->bytes, '"');
        array_add(text->ctx, &text->bytes, *value);
    }
    put(text, "\"");
    put(text, end);
}

static void put_number(struct text *text, int64_t number, const char *end)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%" PRId64, number);
    put(text, digits);
    put(text, end);
}

static char *finish(struct text *text)
{
    array_add(text->ctx, &text->bytes, '\0');
    return text->bytes.items;
}

char *import_csv_errors(TALLOC_CTX *ctx, const struct import_view_errors *errors)
{
    struct text text = {.ctx = ctx};
    put(&text, BOM "file,line,field,code,message\r\n");
    for (size_t i = 0; i < errors->n; i++) {
        const struct import_view_error *error = &errors->items[i];
        put_cell(&text, error->file, ",");
        put_number(&text, error->line, ",");
        put_cell(&text, error->field, ",");
        put_cell(&text, err_word(error->code), ",");
        put_cell(&text, err_info(error->code)->text_vi, "\r\n");
    }
    return finish(&text);
}

char *import_csv_absent(TALLOC_CTX *ctx, const struct import_view_absent items[], size_t n, int64_t total)
{
    struct text text = {.ctx = ctx};
    put(&text, BOM "card_number,full_name,branch_code,branch\r\n");
    for (size_t i = 0; i < n; i++) {
        put_cell(&text, items[i].card_number, ",");
        put_cell(&text, items[i].full_name, ",");
        put_cell(&text, items[i].branch_code, ",");
        put_cell(&text, items[i].branch, "\r\n");
    }
    if (total > (int64_t)n)
        put_cell(&text, mem_printf(ctx, "và %" PRId64 " người nữa", total - (int64_t)n), ",,,\r\n");
    return finish(&text);
}
