#include "services/analytics/export/export_sheet.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { ROWS_MOST = LXW_ROW_MAX - 1 }; /* below the headings */

struct export_sheet {
    char *path, *folder;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *time, *month;
    lxw_row_t next;
};

/* The library gives its files back only when it has written the book. */
static int sheet_done(struct export_sheet *sheet)
{
    if (sheet->book) {
        (void)workbook_close(sheet->book);
        (void)unlink(sheet->path);
    }
    return 0;
}

static lxw_format *format_of(lxw_workbook *book, const char *shown)
{
    lxw_format *format = workbook_add_format(book);
    if (format)
        format_set_num_format(format, shown);
    return format;
}

static void write_headings(struct export_sheet *sheet, Pb__TableKind kind)
{
    size_t n;
    const struct export_column *columns = export_columns(kind, &n);
    lxw_format *bold = workbook_add_format(sheet->book);
    format_set_bold(bold);
    worksheet_freeze_panes(sheet->sheet, 1, 0);
    for (lxw_col_t i = 0; i < n; i++) {
        (void)worksheet_set_column(sheet->sheet, i, i, columns[i].width, NULL);
        (void)worksheet_write_string(sheet->sheet, 0, i, columns[i].heading, bold);
    }
    sheet->next = 1;
}

enum err export_sheet_begin(TALLOC_CTX *ctx, const char *path, const char *folder, Pb__TableKind kind,
                            struct export_sheet **ret_sheet)
{
    struct export_sheet *sheet = mem_new(ctx, struct export_sheet);
    sheet->path = mem_text(sheet, path);
    sheet->folder = mem_text(sheet, folder);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = sheet->folder};
    sheet->book = workbook_new_opt(sheet->path, &options);
    talloc_set_destructor(sheet, sheet_done);
    sheet->sheet = sheet->book ? workbook_add_worksheet(sheet->book, NULL) : NULL;
    sheet->time = sheet->sheet ? format_of(sheet->book, "dd/mm/yyyy hh:mm") : NULL;
    sheet->month = sheet->time ? format_of(sheet->book, "mm/yyyy") : NULL;
    if (!sheet->month) {
        mem_free(sheet);
        return ERR_INTERNAL;
    }
    write_headings(sheet, kind);
    *ret_sheet = sheet;
    return ERR_OK;
}

/* What the library counts from 1900 on, of the local clock. */
static lxw_error write_local(struct export_sheet *sheet, lxw_col_t column, int64_t at_us, lxw_format *format)
{
    return worksheet_write_unixtime(sheet->sheet, sheet->next, column,
                                    (at_us + CLOCK_LOCAL_OFFSET_US) / CLOCK_SECOND_US, format);
}

static lxw_error write_cell(struct export_sheet *sheet, lxw_col_t column, const struct cell *cell)
{
    switch (cell->type) {
    case CELL_TEXT: return worksheet_write_string(sheet->sheet, sheet->next, column, cell->text, NULL);
    case CELL_NUMBER: return worksheet_write_number(sheet->sheet, sheet->next, column, (double)cell->number, NULL);
    case CELL_TIME: return write_local(sheet, column, cell->number, sheet->time);
    case CELL_MONTH: return write_local(sheet, column, clock_month_start_us((int32_t)cell->number), sheet->month);
    case CELL_NOTHING: break;
    }
    return LXW_NO_ERROR;
}

static enum err failed(lxw_error error)
{
    log_error("export_sheet", "detail=\"%s\"", lxw_strerror(error));
    return ERR_INTERNAL;
}

enum err export_sheet_add(struct export_sheet *sheet, const struct export_rows *rows)
{
    if (sheet->next + rows->n > ROWS_MOST + 1)
        return ERR_LIMIT_REACHED;
    for (size_t i = 0; i < rows->n; i++, sheet->next++)
        for (size_t j = 0; j < rows->n_columns; j++) {
            lxw_error error = write_cell(sheet, (lxw_col_t)j, &rows->cells[i * rows->n_columns + j]);
            if (error != LXW_NO_ERROR)
                return failed(error);
        }
    return ERR_OK;
}

enum err export_sheet_finish(struct export_sheet *sheet, int64_t *ret_bytes)
{
    struct stat file;
    lxw_error error = workbook_close(sheet->book);
    sheet->book = NULL;
    if (error != LXW_NO_ERROR)
        return failed(error);
    if (stat(sheet->path, &file) != 0)
        return ERR_INTERNAL;
    *ret_bytes = file.st_size;
    return ERR_OK;
}
