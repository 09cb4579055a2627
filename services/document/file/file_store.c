#include "services/document/file/file_store.h"

/* Indexes: document_file, document_version_file. What waits to be read (extraction_job) is some document's content. */
const struct pg_statement FILE_STORE_NAMED = {
    .name = "named_files",
    .each = true,
    .sql = "SELECT f.sha256 FROM unnest($1::bytea[]) f(sha256)"
           " WHERE EXISTS (SELECT FROM document d WHERE d.sha256 = f.sha256 AND NOT d.is_text)"
           "    OR EXISTS (SELECT FROM document_version v WHERE v.sha256 = f.sha256 AND NOT v.is_text)"};
