#include "services/auth/import/import_csv.h"

#include "common/base/csv.h"
#include "common/base/mem.h"
#include <inttypes.h>

char *import_csv_errors(TALLOC_CTX *ctx, const struct import_view_errors *errors)
{
    struct csv csv = {.ctx = ctx};
    csv_put(&csv, CSV_BOM "file,line,field,code,message" CSV_END);
    for (size_t i = 0; i < errors->n; i++) {
        const struct import_view_error *error = &errors->items[i];
        csv_text(&csv, error->file, CSV_NEXT);
        csv_number(&csv, error->line, CSV_NEXT);
        csv_text(&csv, error->field, CSV_NEXT);
        csv_text(&csv, err_word(error->code), CSV_NEXT);
        csv_text(&csv, err_info(error->code)->text_vi, CSV_END);
    }
    return csv_finish(&csv);
}

char *import_csv_absent(TALLOC_CTX *ctx, const struct import_view_absent items[], size_t n, int64_t total)
{
    struct csv csv = {.ctx = ctx};
    csv_put(&csv, CSV_BOM "card_number,full_name,branch_code,branch" CSV_END);
    for (size_t i = 0; i < n; i++) {
        csv_text(&csv, items[i].card_number, CSV_NEXT);
        csv_text(&csv, items[i].full_name, CSV_NEXT);
        csv_text(&csv, items[i].branch_code, CSV_NEXT);
        csv_text(&csv, items[i].branch, CSV_END);
    }
    if (total > (int64_t)n)
        csv_text(&csv, mem_printf(ctx, "và %" PRId64 " người nữa", total - (int64_t)n), ",,," CSV_END);
    return csv_finish(&csv);
}
