/* The roster import as a leased job: staged, then made facts chunk by chunk, each chunk's cursor in the commit of its
 * facts, its directory records acknowledged before the next cursor says so. Killed anywhere, the same files go on where
 * it stopped.
 *
 *   read, check ─▶ COPY into import_member ─▶ organisations, one commit ─▶ chunk ─▶ commit ─▶ records to Kafka ─┐
 *                                                                            ▲   the next chunk meanwhile       │
 *                                                                            └──────────────────────────────────┘
 */
#ifndef SOTAY_AUTH_IMPORT_H
#define SOTAY_AUTH_IMPORT_H

#include "common/kafka/kafka.h"
#include "common/pg/pg.h"
#include "services/auth/import/import_errors.h"

struct import_options {
    const char *organizations_path, *members_path;
    bool dry_run;
    int granter;                     /* the importer's highest role, or ROLE_OPERATOR */
    struct pg *pg;                   /* the job's own */
    struct kafka_producer *producer; /* NULL in a dry run */
    int64_t now_us;
    void (*progress)(void *arg, int64_t done, int64_t total); /* lines of members.csv; may be NULL */
    void *arg;
};
struct import_result {
    int64_t rows, created, updated, unchanged, rejected;
    /* Owned by ctx. Empty when an earlier run had read the files: then they are in the table import_error. */
    struct import_errors errors;
};
/* Blocks until done. ERR_NOT_FOUND: a file cannot be read. ERR_INVALID: a header is wrong, nothing was taken.
 * ERR_OWNER_LOST: another process works on these files, or publishes the roster. Others: start again with the same
 * files. After an error the connection is to be closed: an open transaction and the turn to publish end with it. */
MUST_CHECK enum err import_run(TALLOC_CTX *ctx, const struct import_options *options, struct import_result *ret_result);

#endif
