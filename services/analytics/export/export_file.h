/* The file that an export writes: <folder>/<id>.<take>, one for each time that somebody takes the job, so that whoever
 * has lost it and does not know it yet writes into nobody's file.
 *
 *   CSV    appended page by page; another take goes on behind the bytes that were kept
 *   XLSX   a zip archive, made in the library's constant memory mode (its rows wait in a file that has no name), and
 *          only then written: another take begins it anew
 *
 * It blocks for the disk. One thread; freed before it is finished, it stays as far as it was kept. */
#ifndef SOTAY_ANALYTICS_EXPORT_FILE_H
#define SOTAY_ANALYTICS_EXPORT_FILE_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include "services/analytics/export/export_rows.h"

struct export_file;
struct export_place {
    const char *folder;
    struct uuid id;
    int32_t take;
};

/* With its headings. ERR_DISK_FULL, ERR_INTERNAL, as below. */
MUST_CHECK enum err export_file_begin(TALLOC_CTX *ctx, const struct export_place *place, Pb__TableKind kind,
                                      Pb__TableFormat format, struct export_file **ret_file);
/* CSV: begins with a copy of the first `bytes` of another take's file. ERR_NOT_FOUND: it is not there, or shorter. */
MUST_CHECK enum err export_file_resume(TALLOC_CTX *ctx, const struct export_place *place, int32_t from, int64_t bytes,
                                       struct export_file **ret_file);
MUST_CHECK enum err export_file_add(struct export_file *file, const struct export_rows *rows);
/* What was added is on the disk, so many bytes; of XLSX 0. */
MUST_CHECK enum err export_file_keep(struct export_file *file, int64_t *ret_bytes);
/* It is whole, and on the disk under its name. Once, and the last. */
MUST_CHECK enum err export_file_finish(struct export_file *file, int64_t *ret_bytes);

/* As a path below the folder. Owned by ctx. */
char *export_file_path(TALLOC_CTX *ctx, const struct export_place *place);
/* The files of the takes from `first` to the place's own. */
void export_file_remove(const struct export_place *place, int32_t first);
/* False: no more is written while less than max(5 %, 2 GiB) of the disk is free. */
bool export_file_has_room(const char *folder);

#endif
