/* The roster import as a leased job: staged, then made facts chunk by chunk, each chunk's cursor in the commit of its
 * facts; the loop tells them. Killed anywhere, the same files go on where it stopped. One import at a time, in whatever
 * process; previews run beside it.
 *
 *   read, check ─▶ COPY into import_member ─▶ organisations, one commit ─▶ chunk ─▶ commit ─▶ … as the loop keeps pace
 */
#ifndef SOTAY_AUTH_IMPORT_H
#define SOTAY_AUTH_IMPORT_H

#include "common/pg/pg.h"
#include "services/auth/import/import_errors.h"

struct import_options {
    const char *organizations_path, *members_path;
    bool dry_run;
    int granter;   /* the importer's highest role, or ROLE_OPERATOR */
    struct pg *pg; /* the job's own */
    int64_t now_us;
    void (*progress)(void *arg, int64_t done, int64_t total); /* lines of members.csv; may be NULL */
    void *arg;
};
struct import_result {
    int64_t rows, created, updated, unchanged, rejected;
    /* Owned by ctx. Empty when an earlier run had read the files: then they are in the table import_error. */
    struct import_errors errors;
};
/* Blocks until all is committed. ERR_NOT_FOUND: a file cannot be read. ERR_INVALID: a header is wrong, nothing was
 * taken. ERR_OWNER_LOST: another import is under way. Others: start again with the same files. */
MUST_CHECK enum err import_run(TALLOC_CTX *ctx, const struct import_options *options, struct import_result *ret_result);

#endif
