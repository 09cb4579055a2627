/* A workbook of one sheet (XLSX), written by libxlsxwriter in constant memory: rows come in order, and each is out of
 * memory when the next begins. Strings are strings, whatever they look like; times are numbers that are shown as local
 * ones. It blocks for the disk. One thread; freed before it is finished it leaves nothing. */
#ifndef SOTAY_ANALYTICS_EXPORT_SHEET_H
#define SOTAY_ANALYTICS_EXPORT_SHEET_H

#include "common/base/err.h"
#include "services/analytics/export/export_rows.h"

struct export_sheet;
/* At `path` once it is finished; its rows wait in `folder`. ERR_INTERNAL. */
MUST_CHECK enum err export_sheet_begin(TALLOC_CTX *ctx, const char *path, const char *folder, Pb__TableKind kind,
                                       struct export_sheet **ret_sheet);
/* ERR_LIMIT_REACHED: a sheet has no room for so many. */
MUST_CHECK enum err export_sheet_add(struct export_sheet *sheet, const struct export_rows *rows);
MUST_CHECK enum err export_sheet_finish(struct export_sheet *sheet, int64_t *ret_bytes); /* ERR_INTERNAL */

#endif
