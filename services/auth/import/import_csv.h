/* The files that tell of an import: UTF-8 with a byte-order mark, which spreadsheets need for Vietnamese. A cell that a
 * spreadsheet would take for a formula is prefixed. Pure; any thread; texts are owned by ctx. */
#ifndef SOTAY_AUTH_IMPORT_CSV_H
#define SOTAY_AUTH_IMPORT_CSV_H

#include "services/auth/import/import_view_store.h"

char *import_csv_errors(TALLOC_CTX *ctx, const struct import_view_errors *errors);
/* `total`: how many there are; a last line says how many are not in `items`. */
char *import_csv_absent(TALLOC_CTX *ctx, const struct import_view_absent items[], size_t n, int64_t total);

#endif
