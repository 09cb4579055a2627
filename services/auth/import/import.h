/* The roster import as a leased job: staged, then taken chunk by chunk, each chunk's cursor in the commit of its facts;
 * the loop tells them. Killed anywhere, the job goes on where it stopped, whoever takes it. One import at a time, in
 * whatever process; previews run beside it, judge the same chunks and change nothing.
 *
 *   read, check ─▶ COPY into import_member ─▶ organisations, one commit ─▶ chunk ─▶ commit ─▶ … as the loop keeps pace
 */
#ifndef SOTAY_AUTH_IMPORT_H
#define SOTAY_AUTH_IMPORT_H

#include "services/auth/import/import_store.h"

struct import_options {
    struct pg *pg; /* the import's own */
    struct uuid holder;
    /* Of a job whose files were uploaded the folder of blobs, else the files themselves. */
    const char *blob_dir, *organizations_path, *members_path;
    int64_t now_us;
    void (*progress)(void *arg, int64_t done, int64_t total); /* lines of members.csv; may be NULL */
    bool (*stops)(void *arg);                                 /* between two chunks; may be NULL */
    void *arg;
};
/* Blocks until the job is done, *ret_job says what it did. ERR_OWNER_LOST: it is finished, or others hold it, or
 * another import is under way. ERR_BLOB_UNKNOWN, ERR_ROSTER_HEADER, ERR_ROSTER_TOO_LARGE: its files cannot be taken;
 * ERR_INTERNAL: it failed three times without getting on. Then it is finished, and what it took by then stays. Others:
 * it is to be run again. */
MUST_CHECK enum err import_run(TALLOC_CTX *ctx, const struct uuid *id, const struct import_options *options,
                               struct import_job *ret_job);

#endif
