#include "services/analytics/export/export_file.h"

#include "common/base/clock.h"
#include "common/base/csv.h"
#include "common/base/log.h"
#include "services/analytics/export/export_sheet.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define ROOM_BYTES (INT64_C(2) << 30)
enum { COPY_BYTES = 1 << 16 };

struct export_file {
    const char *folder, *path;
    struct export_sheet *sheet; /* XLSX; NULL: CSV */
    int fd;                     /* of CSV */
    int64_t bytes;
};

/* --- the disk ----------------------------------------------------------------------------------------------------- */

/* Of the call that has just failed, by errno. */
static enum err failed(const char *what)
{
    enum err err = errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_INTERNAL;
    log_error("export_file", "call=%s err=%s detail=\"%m\"", what, err_word(err));
    return err;
}

static enum err write_all(struct export_file *file, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t written = write(file->fd, bytes, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return failed("write");
        bytes += written;
        n -= (size_t)written;
        file->bytes += written;
    }
    return ERR_OK;
}

static enum err sync_path(const char *path, int flags)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    if (fd < 0)
        return failed("open");
    enum err err = fsync(fd) != 0 ? failed("fsync") : ERR_OK;
    close(fd);
    return err;
}

bool export_file_has_room(const char *folder)
{
    struct statvfs disk;
    if (statvfs(folder, &disk) != 0)
        return false;
    int64_t free_bytes = (int64_t)(disk.f_bavail * disk.f_frsize);
    return free_bytes >= ROOM_BYTES && free_bytes >= (int64_t)(disk.f_blocks * disk.f_frsize / 20);
}

/* --- names -------------------------------------------------------------------------------------------------------- */

char *export_file_path(TALLOC_CTX *ctx, const struct export_place *place)
{
    char id[UUID_TEXT_BYTES];
    uuid_format(&place->id, id);
    return mem_printf(ctx, "%s.%d", id, place->take);
}

static char *full_path(TALLOC_CTX *ctx, const struct export_place *place)
{
    return mem_printf(ctx, "%s/%s", place->folder, export_file_path(ctx, place));
}

void export_file_remove(const struct export_place *place, int32_t first)
{
    for (struct export_place at = *place; at.take >= first; at.take--) {
        TALLOC_CTX *ctx = mem_context(NULL, "path");
        if (unlink(full_path(ctx, &at)) != 0 && errno != ENOENT)
            (void)failed("unlink");
        mem_free(ctx);
    }
}

/* --- beginning ---------------------------------------------------------------------------------------------------- */

static int file_done(struct export_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    return 0;
}

static struct export_file *file_new(TALLOC_CTX *ctx, const struct export_place *place)
{
    struct export_file *file = mem_new(ctx, struct export_file);
    file->folder = mem_text(file, place->folder);
    file->path = full_path(file, place);
    file->fd = -1;
    talloc_set_destructor(file, file_done);
    return file;
}

static enum err open_csv(struct export_file *file)
{
    file->fd = open(file->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    return file->fd < 0 ? failed("open") : ERR_OK;
}

static enum err begin_csv(struct export_file *file, Pb__TableKind kind)
{
    size_t n;
    const struct export_column *columns = export_columns(kind, &n);
    struct csv csv = {.ctx = file};
    csv_put(&csv, CSV_BOM);
    for (size_t i = 0; i < n; i++)
        csv_text(&csv, columns[i].heading, i + 1 < n ? CSV_NEXT : CSV_END);
    enum err err = open_csv(file);
    return err ? err : write_all(file, csv.bytes.items, csv.bytes.n);
}

enum err export_file_begin(TALLOC_CTX *ctx, const struct export_place *place, Pb__TableKind kind,
                           Pb__TableFormat format, struct export_file **ret_file)
{
    struct export_file *file = file_new(ctx, place);
    enum err err = format == PB__TABLE_FORMAT__TABLE_FORMAT_CSV
                       ? begin_csv(file, kind)
                       : export_sheet_begin(file, file->path, file->folder, kind, &file->sheet);
    if (err)
        mem_free(file);
    else
        *ret_file = file;
    return err;
}

static enum err copy(struct export_file *file, int from, int64_t bytes)
{
    char buffer[COPY_BYTES];
    while (bytes > 0) {
        ssize_t n = read(from, buffer, bytes < COPY_BYTES ? (size_t)bytes : COPY_BYTES);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failed("read");
        if (n == 0)
            return ERR_NOT_FOUND;
        enum err err = write_all(file, buffer, (size_t)n);
        if (err)
            return err;
        bytes -= n;
    }
    return ERR_OK;
}

enum err export_file_resume(TALLOC_CTX *ctx, const struct export_place *place, int32_t from, int64_t bytes,
                            struct export_file **ret_file)
{
    struct export_file *file = file_new(ctx, place);
    struct export_place before = *place;
    before.take = from;
    int fd = open(full_path(file, &before), O_RDONLY | O_CLOEXEC);
    enum err err = fd < 0 ? ERR_NOT_FOUND : open_csv(file);
    if (!err)
        err = copy(file, fd, bytes);
    if (fd >= 0)
        close(fd);
    if (err)
        mem_free(file);
    else
        *ret_file = file;
    return err;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static void put_time(struct csv *csv, int64_t at_us, const char *end)
{
    int year, month, day;
    int64_t minutes = (at_us + CLOCK_LOCAL_OFFSET_US) / CLOCK_MINUTE_US % (24 * 60);
    char text[32];
    clock_date_split(clock_local_date(at_us), &year, &month, &day);
    (void)snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d", year, month, day, (int)(minutes / 60),
                   (int)(minutes % 60));
    csv_put(csv, text);
    csv_put(csv, end);
}

static void put_cell(struct csv *csv, const struct cell *cell, const char *end)
{
    switch (cell->type) {
    case CELL_TEXT: csv_text(csv, cell->text, end); break;
    case CELL_NUMBER: csv_number(csv, cell->number, end); break;
    case CELL_TIME: put_time(csv, cell->number, end); break;
    case CELL_MONTH:
        csv_put(csv, mem_printf(csv->ctx, "%04d-%02d%s", (int)(cell->number / 12), (int)(cell->number % 12) + 1, end));
        break;
    case CELL_NOTHING: csv_put(csv, end); break;
    }
}

static enum err add_to_csv(struct export_file *file, const struct export_rows *rows)
{
    struct csv csv = {.ctx = mem_context(file, "csv")};
    for (size_t i = 0; i < rows->n * rows->n_columns; i++)
        put_cell(&csv, &rows->cells[i], (i + 1) % rows->n_columns == 0 ? CSV_END : CSV_NEXT);
    enum err err = write_all(file, csv.bytes.items, csv.bytes.n);
    mem_free(csv.ctx);
    return err;
}

enum err export_file_add(struct export_file *file, const struct export_rows *rows)
{
    return file->sheet ? export_sheet_add(file->sheet, rows) : add_to_csv(file, rows);
}

enum err export_file_keep(struct export_file *file, int64_t *ret_bytes)
{
    *ret_bytes = file->bytes;
    return file->fd >= 0 && fdatasync(file->fd) != 0 ? failed("fdatasync") : ERR_OK;
}

enum err export_file_finish(struct export_file *file, int64_t *ret_bytes)
{
    enum err err = file->sheet ? export_sheet_finish(file->sheet, &file->bytes) : ERR_OK;
    if (!err)
        err = sync_path(file->path, 0);
    if (!err)
        err = sync_path(file->folder, O_DIRECTORY);
    *ret_bytes = file->bytes;
    return err;
}
