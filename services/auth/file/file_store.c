#include "services/auth/file/file_store.h"

/* Imports are few. Those that have ended still name theirs: a preview is applied from the files that it named. */
const struct pg_statement FILE_STORE_NAMED = {
    .name = "named_files",
    .each = true,
    .sql = "SELECT f.sha256 FROM unnest($1::bytea[]) f(sha256)"
           " WHERE f.sha256 IN (SELECT members_sha256 FROM import_job)"
           "    OR f.sha256 IN (SELECT organizations_sha256 FROM import_job)"};
