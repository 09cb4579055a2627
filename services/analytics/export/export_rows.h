/* What stands in the rows of a file: cells of the items of a list, under headings. Pure. */
#ifndef SOTAY_ANALYTICS_EXPORT_ROWS_H
#define SOTAY_ANALYTICS_EXPORT_ROWS_H

#include "sotay/v1/export.pb-c.h"
#include <stdbool.h>
#include <talloc.h>

enum cell_type { CELL_NOTHING, CELL_TEXT, CELL_NUMBER, CELL_TIME, CELL_MONTH };
struct cell {
    enum cell_type type;
    const char *text;
    int64_t number; /* of CELL_TIME microseconds UTC, shown in local time; of CELL_MONTH year * 12 + month - 1 */
};

struct export_column {
    const char *heading;
    int width; /* in letters */
};
const struct export_column *export_columns(Pb__TableKind kind, size_t *ret_n);

struct export_rows {
    struct cell *cells; /* n rows of n_columns, one behind the other */
    size_t n, n_columns;
};
/* Of an answer to the kind's question (export.h). Owned by ctx; texts are borrowed from the answer. */
struct export_rows export_rows(TALLOC_CTX *ctx, Pb__TableKind kind, const ProtobufCMessage *answer);

#endif
